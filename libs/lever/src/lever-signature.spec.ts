import { signLever, verifyLeverSignature } from './lever-signature';

const token = '0123456789abcdef0123456789abcdef0123456789abcdef';
const triggeredAt = 1700000000000;
const signature = 'b41de819598f277a5107c2a8d3bfa20db6d056eae0855a4d9338790caacd11d5';
const signatureToken = 'test-signature-token';

describe('the signature of Lever', () => {
  it('is the HMAC of token and time, joined without a separator', () => {
    expect(signLever({ token, triggeredAt }, signatureToken)).toBe(signature);
  });

  it.each([
    ['the only token', [signatureToken], true],
    ['one of several tokens', ['old', signatureToken, 'new'], true],
    ['another token', ['other'], false],
    ['no token', [], false],
  ])('made with %s is judged so', (_, tokens, good) => {
    expect(verifyLeverSignature({ token, triggeredAt, signature }, tokens)).toBe(good);
  });

  it.each([
    ['empty', ''],
    ['cut short', signature.slice(0, -1)],
    ['with one digit changed', `${signature.slice(0, -1)}6`],
    ['longer', `${signature}0`],
    ['with characters beyond ASCII', 'é'.repeat(64)],
  ])('that is %s is refused', (_, wrong) => {
    expect(verifyLeverSignature({ token, triggeredAt, signature: wrong }, [signatureToken])).toBe(false);
  });

  it('covers the time', () => {
    expect(verifyLeverSignature({ token, triggeredAt: triggeredAt + 1, signature }, [signatureToken])).toBe(false);
  });
});
