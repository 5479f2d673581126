import { createHash, createHmac } from 'node:crypto';

const HASH_CHARACTERS = 32;
const FINGERPRINT_CHARACTERS = 16;
const MIN_KEY_BYTES = 32;

/** Keyed hashes of whole words and whole addresses, so that sealed values can be found without being opened. Its key is `INDEX_KEY`. */
export class IndexKey {
  private constructor(private readonly key: Buffer) {}

  /** Reads `INDEX_KEY`, at least 32 bytes in base64. @throws Error that says what is wrong, without the key. */
  static parse(text: string): IndexKey {
    const key = Buffer.from(text, 'base64');
    if (key.length < MIN_KEY_BYTES)
      throw new Error(`INDEX_KEY must be at least ${MIN_KEY_BYTES} bytes in base64: make one with \`openssl rand -base64 32\``);
    return new IndexKey(key);
  }

  /** 32 hexadecimal characters; equal for values that differ only in case, composition (NFC) or surrounding space. */
  hash(value: string): string {
    return createHmac('sha256', this.key)
      .update(value.normalize('NFC').trim().toLowerCase())
      .digest('hex')
      .slice(0, HASH_CHARACTERS);
  }
}

/** The name of a vendor account as far as we can tell: 16 hexadecimal characters made from an API key, which are no secret. */
export function accountFingerprint(vendor: 'lever' | 'certn', apiKey: string): string {
  return createHash('sha256').update(`${vendor}\n${apiKey}`).digest('hex').slice(0, FINGERPRINT_CHARACTERS);
}
