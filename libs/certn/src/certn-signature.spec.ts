import { signCertn, verifyCertnSignature } from './certn-signature';

const secret = 'test-webhook-secret';
const body = '{"id":"evt-1","event_type":"CASE_STATUS_CHANGED","object_id":"case-1","object_type":"CASE"}';
const signature = 'e5f3217856a9aa595760ade9dc4989bf02312e9a91688bd460904c7c2f43b7e0';

describe('the signature of Certn', () => {
  it('is the HMAC of the raw body', () => {
    expect(signCertn(body, secret)).toBe(signature);
    expect(signCertn(Buffer.from(body), secret)).toBe(signature);
  });

  it.each([
    ['the only secret', [secret], true],
    ['one of several secrets', ['old', secret], true],
    ['another secret', ['other'], false],
    ['no secret', [], false],
  ])('made with %s is judged so', (_, secrets, good) => {
    expect(verifyCertnSignature(Buffer.from(body), signature, secrets)).toBe(good);
  });

  it('may be written in capitals', () => {
    expect(verifyCertnSignature(body, signature.toUpperCase(), [secret])).toBe(true);
  });

  it.each([
    ['missing', undefined],
    ['given twice', [signature, signature]],
    ['empty', ''],
    ['cut short', signature.slice(2)],
    ['with one digit changed', `0${signature.slice(1)}`],
  ])('that is %s is refused', (_, header) => {
    expect(verifyCertnSignature(body, header, [secret])).toBe(false);
  });

  it('is of the bytes, not of the meaning', () => {
    expect(verifyCertnSignature(`${body} `, signature, [secret])).toBe(false);
  });
});
