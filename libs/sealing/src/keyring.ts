import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto';

/** Where a sealed value belongs. It is authenticated with the value, so that a value moved to another place does not open. */
export interface SealContext {
  teamId: string;
  recordId: string;
  field: string;
}

/** A sealed value that can't be opened: unknown key, moved, or damaged. The message never holds the value. */
export class SealError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SealError';
  }
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const NONCES_AT_ONCE = 256;

/** Random nonces drawn in bulk: one system call for {@link NONCES_AT_ONCE} of them. */
class NoncePool {
  private readonly pool = Buffer.alloc(NONCE_BYTES * NONCES_AT_ONCE);
  private used = this.pool.length;

  next(): Buffer {
    if (this.used === this.pool.length) {
      randomFillSync(this.pool);
      this.used = 0;
    }
    const nonce = Buffer.from(this.pool.subarray(this.used, this.used + NONCE_BYTES));
    this.used += NONCE_BYTES;
    return nonce;
  }
}

/**
 * The keys that seal values (AES-256-GCM, random 96-bit nonce, key id in the envelope `v1.<keyId>.<base64url of nonce, ciphertext, tag>`).
 * The first key seals; every key opens.
 */
export class Keyring {
  private readonly nonces = new NoncePool();

  private constructor(
    private readonly sealingId: string,
    private readonly keys: ReadonlyMap<string, Buffer>,
  ) {}

  /**
   * Reads `SEALING_KEYS`: `id:base64-of-32-bytes`, several separated by commas; the first seals.
   * @throws Error that says which entry is wrong, without its key.
   */
  static parse(text: string): Keyring {
    const keys = new Map<string, Buffer>();
    for (const [index, entry] of text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean)
      .entries()) {
      const [id, encoded] = entry.split(':');
      const key = Buffer.from(encoded ?? '', 'base64');
      if (!id || !/^[a-z0-9-]{1,16}$/i.test(id))
        throw new Error(`SEALING_KEYS entry ${index + 1}: an id of letters, digits and dashes must stand before the colon`);
      if (key.length !== KEY_BYTES)
        throw new Error(`SEALING_KEYS entry ${index + 1}: the key must be ${KEY_BYTES} bytes in base64`);
      if (keys.has(id)) throw new Error(`SEALING_KEYS entry ${index + 1}: the id stands twice`);
      keys.set(id, key);
    }
    const first = keys.keys().next();
    if (first.done)
      throw new Error('SEALING_KEYS is empty: make a key with `openssl rand -base64 32` and set SEALING_KEYS=k1:<key>');
    return new Keyring(first.value, keys);
  }

  /** Seals UTF-8 text for one place. */
  seal(plain: string, context: SealContext): string {
    const nonce = this.nonces.next();
    const cipher = createCipheriv('aes-256-gcm', this.keys.get(this.sealingId)!, nonce);
    cipher.setAAD(associated(context));
    const sealed = Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `v1.${this.sealingId}.${sealed.toString('base64url')}`;
  }

  /** Opens what {@link seal} made for the same place. @throws SealError */
  open(envelope: string, context: SealContext): string {
    const [version, keyId, body] = envelope.split('.');
    const key = version === 'v1' && keyId !== undefined ? this.keys.get(keyId) : undefined;
    if (!key || !body) throw new SealError(`no sealing key "${keyId ?? ''}" for a value of ${context.field}`);
    const bytes = Buffer.from(body, 'base64url');
    if (bytes.length < NONCE_BYTES + TAG_BYTES) throw new SealError(`the sealed value of ${context.field} is cut short`);
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(associated(context));
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
    try {
      return decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
    } catch (cause) {
      throw new SealError(`the sealed value of ${context.field} does not belong here or is damaged`, { cause });
    }
  }
}

function associated(context: SealContext): Buffer {
  return Buffer.from(JSON.stringify([context.teamId, context.recordId, context.field]), 'utf8');
}
