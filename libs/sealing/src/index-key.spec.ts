import { accountFingerprint, IndexKey } from './index-key';

const KEY = Buffer.alloc(32, 3).toString('base64');

describe('the index key', () => {
  const index = IndexKey.parse(KEY);

  it('finds a word again whatever its case, composition and space around it', () => {
    const forms = ['Zoë@Example.com', ' zoë@example.com ', 'ZOË@EXAMPLE.COM', 'zoe\u0308@example.com'];
    expect(new Set(forms.map((form) => index.hash(form))).size).toBe(1);
    expect(index.hash('zoë@example.com')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('tells words apart, and is worth nothing without the key', () => {
    expect(index.hash('zoe@example.com')).not.toBe(index.hash('zoë@example.com'));
    expect(index.hash('a b')).not.toBe(index.hash('ab'));
    expect(IndexKey.parse(Buffer.alloc(32, 4).toString('base64')).hash('zoe')).not.toBe(index.hash('zoe'));
  });

  it.each(['', 'planted', Buffer.alloc(31).toString('base64')])('is refused when it is too short: %j', (text) => {
    expect(() => IndexKey.parse(text)).toThrow('INDEX_KEY must be at least 32 bytes in base64');
    expect(() => IndexKey.parse(text)).not.toThrow('planted');
  });
});

describe('the fingerprint of an account', () => {
  it('is the same for a key wherever it stands, differs by vendor and key, and does not show the key', () => {
    const fingerprint = accountFingerprint('lever', 'lever-api-key');
    expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(accountFingerprint('lever', 'lever-api-key')).toBe(fingerprint);
    expect(accountFingerprint('certn', 'lever-api-key')).not.toBe(fingerprint);
    expect(accountFingerprint('lever', 'lever-api-kez')).not.toBe(fingerprint);
  });
});
