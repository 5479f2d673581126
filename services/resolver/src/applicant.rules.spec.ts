import { applicantOf, isMailAddress } from './applicant.rules';

describe('whom a check is about', () => {
  it.each([
    'ada@example.com',
    'ada.lovelace+jobs@mail.example.co.uk',
    "o'hara@example.com",
    'ÜBER@exämple.example',
    `${'a'.repeat(64)}@example.com`,
  ])('takes %s as an address', (address) => expect(isMailAddress(address)).toBe(true));

  it.each([
    '',
    'ada',
    '@example.com',
    'ada@',
    'ada@localhost',
    'ada@exam ple.com',
    'a da@example.com',
    'ada@@example.com',
    'ada@-example.com',
    'ada@example..com',
    'ada@example.com.',
    '.ada@example.com',
    'a..da@example.com',
    'Ada <ada@example.com>',
    'ada@example.com, eve@example.com',
    'ada@example.com\r\nBcc: eve@example.com',
    `${'a'.repeat(65)}@example.com`,
    `ada@${'a'.repeat(250)}.com`,
  ])('refuses %j as an address', (address) => expect(isMailAddress(address)).toBe(false));

  it('answers a hostile address of 100,000 characters at once', () => {
    expect(isMailAddress(`${'a'.repeat(50_000)}@${'-'.repeat(50_000)}`)).toBe(false);
  });

  it('takes the first address that is valid, trimmed', () => {
    expect(applicantOf({ name: ' Ada Example ', emails: ['none', '  ada@example.com ', 'second@example.com'] })).toEqual({
      name: 'Ada Example',
      email: 'ada@example.com',
    });
  });

  it('takes where Lever shows the candidacy, if that is a web page', () => {
    const at = (showUrl: string | null): string | undefined => applicantOf({ name: 'Ada', emails: [], showUrl }).leverUrl;
    expect(at('https://hire.lever.co/candidates/1')).toBe('https://hire.lever.co/candidates/1');
    expect([at(null), at('javascript:alert(1)'), at(`https://hire.lever.co/${'x'.repeat(500)}`)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each([null, '', '   '])('says that the name is not known when it is %j', (name) => {
    expect(applicantOf({ name, emails: [] })).toEqual({ name: null, email: null });
  });
});
