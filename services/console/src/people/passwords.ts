import { hash, verify } from '@node-rs/argon2';
import { Problem } from '../http/problem';

export const MIN_PASSWORD_CHARACTERS = 12;
export const MAX_PASSWORD_CHARACTERS = 200;

/** Argon2id with OWASP's smallest recommended cost: 19 MiB, two passes, one lane. */
const PARAMETERS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Hashes under way at once: each takes a thread and 19 MiB, and nobody who hammers the sign-in may take more. */
const MAX_ACTIVE = 2;
const MAX_WAITING = 50;

/** Makes and checks password hashes, at most two at a time. */
export class Passwords {
  private active = 0;
  private readonly waiting: (() => void)[] = [];
  private nobody: Promise<string> | undefined;

  /** The hash to store. @throws Problem `busy` */
  hash(password: string): Promise<string> {
    return this.oneOfTwo(() => hash(password, PARAMETERS));
  }

  /** Whether the password belongs to the hash. Without a hash (nobody has that address, or no password of ours) it takes as long and is false. @throws Problem `busy` */
  async matches(stored: string | undefined, password: string): Promise<boolean> {
    const against = stored || (await (this.nobody ??= this.hash('nobody signs in with this')));
    const right = await this.oneOfTwo(() => verify(against, password).catch(() => false));
    return right && Boolean(stored);
  }

  private async oneOfTwo<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.active < MAX_ACTIVE) this.active += 1;
    else if (this.waiting.length >= MAX_WAITING)
      throw new Problem('busy', { cure: 'Try again in a few seconds.', retryAfterSeconds: 5 });
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.active -= 1;
    }
  }
}
