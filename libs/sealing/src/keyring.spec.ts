import { createCipheriv } from 'node:crypto';
import { Keyring, SealError, type SealContext } from './keyring';

const key = (fill: number): string => Buffer.alloc(32, fill).toString('base64');
const PLACE: SealContext = { teamId: 'team-1', recordId: 'record-1', field: 'secret' };
const PLAIN = 'Zoë Example <zoe@example.com>';

describe('a sealed value', () => {
  const keyring = Keyring.parse(`k1:${key(1)}`);

  it('opens in its place, whatever text it is', () => {
    for (const text of [PLAIN, '', '𝒳 '.repeat(1000), '\0\n"']) expect(keyring.open(keyring.seal(text, PLACE), PLACE)).toBe(text);
  });

  it('shows nothing of what it holds, and never looks the same twice', () => {
    const sealed = Array.from({ length: 1000 }, () => keyring.seal(PLAIN, PLACE));
    expect(new Set(sealed).size).toBe(1000);
    const nonces = sealed.map((envelope) => Buffer.from(envelope.split('.')[2]!, 'base64url').subarray(0, 12).toString('hex'));
    expect(new Set(nonces).size).toBe(1000);
    for (const envelope of sealed.slice(0, 10))
      expect(Buffer.from(envelope.split('.')[2]!, 'base64url').toString('latin1')).not.toContain('example.com');
  });

  it('is AES-256-GCM as the envelope says: version, key id, nonce, ciphertext, tag, and the place as associated data', () => {
    const nonce = Buffer.alloc(12, 9);
    const cipher = createCipheriv('aes-256-gcm', Buffer.alloc(32, 1), nonce);
    cipher.setAAD(Buffer.from('["team-1","record-1","secret"]'));
    const bytes = Buffer.concat([nonce, cipher.update('made elsewhere'), cipher.final(), cipher.getAuthTag()]);
    expect(keyring.open(`v1.k1.${bytes.toString('base64url')}`, PLACE)).toBe('made elsewhere');
  });

  it.each([
    ['team', { ...PLACE, teamId: 'team-2' }],
    ['record', { ...PLACE, recordId: 'record-2' }],
    ['field', { ...PLACE, field: 'applicant' }],
    ['place whose words only join the same way', { teamId: 'team-1","record-1', recordId: 'secret', field: '' }],
  ])('does not open for another %s', (_what, place) => {
    expect(() => keyring.open(keyring.seal(PLAIN, PLACE), place)).toThrow(SealError);
  });

  it('does not open when any of its bytes was changed', () => {
    const [, , body] = keyring.seal(PLAIN, PLACE).split('.');
    const bytes = Buffer.from(body!, 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed[index]! ^= 1;
      expect(() => keyring.open(`v1.k1.${changed.toString('base64url')}`, PLACE)).toThrow(SealError);
    }
  });

  it.each(['', 'v1', 'v1.k1', 'v1.k1.', 'v1.k1.AAAA', 'v2.k1.AAAA', 'v1.k9.AAAA', 'plain text', `v1.k1.${'A'.repeat(37)}`])(
    'that is none does not open: %j',
    (envelope) => {
      expect(() => keyring.open(envelope, PLACE)).toThrow(SealError);
    },
  );

  it('is never told in the error, nor is its key', () => {
    const sealed = keyring.seal(PLAIN, PLACE);
    for (const attempt of [
      () => keyring.open(sealed, { ...PLACE, field: 'x' }),
      () => Keyring.parse(`k2:${key(2)}`).open(sealed, PLACE),
    ])
      try {
        attempt();
        throw new Error('it opened');
      } catch (error) {
        expect(error).toBeInstanceOf(SealError);
        expect((error as Error).message).not.toContain('example.com');
        expect((error as Error).message).not.toContain(sealed.split('.')[2]);
      }
  });
});

describe('a keyring', () => {
  it('seals with its first key and opens with every key, so that keys can be changed without a gap', () => {
    const before = Keyring.parse(`k1:${key(1)}`);
    const during = Keyring.parse(` k2:${key(2)} , k1:${key(1)} `);
    const after = Keyring.parse(`k2:${key(2)}`);
    const old = before.seal(PLAIN, PLACE);
    expect(during.open(old, PLACE)).toBe(PLAIN);
    const renewed = during.seal(PLAIN, PLACE);
    expect(renewed).toMatch(/^v1\.k2\./);
    expect(after.open(renewed, PLACE)).toBe(PLAIN);
    expect(() => after.open(old, PLACE)).toThrow('no sealing key "k1"');
  });

  it.each([
    ['nothing', '', 'SEALING_KEYS is empty'],
    ['only commas', ' , ', 'SEALING_KEYS is empty'],
    ['no id', key(1), 'entry 1: an id of letters'],
    ['an id with a dot, which the envelope could not hold', `k.1:${key(1)}`, 'entry 1: an id of letters'],
    ['a short key', `k1:${Buffer.alloc(16).toString('base64')}`, 'entry 1: the key must be 32 bytes'],
    ['a long key', `k1:${Buffer.alloc(33).toString('base64')}`, 'entry 1: the key must be 32 bytes'],
    ['the same id twice', `k1:${key(1)},k1:${key(2)}`, 'entry 2: the id stands twice'],
    ['a bad second key', `k1:${key(1)},k2:planted`, 'entry 2: the key must be 32 bytes'],
  ])('is refused with what to do: %s', (_what, text, words) => {
    expect(() => Keyring.parse(text)).toThrow(words);
    expect(() => Keyring.parse(text)).not.toThrow('planted');
  });
});
