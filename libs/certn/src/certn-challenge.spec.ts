import { challengeAnswer } from './certn-challenge';

describe('the challenge of Certn', () => {
  it.each([
    ['letters and digits', 'abc-123_XYZ.~'],
    ['a space and signs', 'a b+c/d='],
    ['256 characters', 'x'.repeat(256)],
  ])('with %s is echoed as it is', (_, challenge) => {
    expect(challengeAnswer({ challenge })).toBe(challenge);
  });

  it.each([
    ['missing', {}],
    ['empty', { challenge: '' }],
    ['given twice', { challenge: ['a', 'b'] }],
    ['over 256 characters', { challenge: 'x'.repeat(257) }],
    ['markup', { challenge: '<script>' }],
    ['a quote', { challenge: "a'b" }],
    ['an ampersand', { challenge: 'a&b' }],
    ['a line break', { challenge: 'a\nb' }],
    ['beyond ASCII', { challenge: 'é' }],
  ])('that is %s is not echoed', (_, query) => {
    expect(challengeAnswer(query)).toBeNull();
  });
});
