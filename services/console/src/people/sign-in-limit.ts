import type { IndexKey } from '@lever-certn/sealing/index-key';
import { Problem } from '../http/problem';
import { placeOf, waitMs, withOneMore, type Counted, type FailureCount } from './sign-in-delays.rules';
import type { SignInFailuresStore } from './sign-in-failures.store';

/** How often a turn is asked for that others took at the same moment. */
const MAX_ATTEMPTS = 5;

/** A try whose password may be looked at. It counts as failed until one of these is called. */
export interface Admission {
  /** The password was right: the account's failures are forgotten, and the place is known from now on. */
  succeeded(): Promise<void>;
  /** The password was not looked at after all. */
  undone(): Promise<void>;
}

/**
 * Slows down who guesses passwords, per account and per network address, and locks nobody out: a right password goes through once the wait is over. Whoever
 * signed in from the same place before is counted apart, so that guessing elsewhere does not keep them waiting. Counted in the database: shared by
 * all copies, kept over restarts. A failure is counted before the password is looked at, so that tries at once don't slip through.
 */
export class SignInLimit {
  constructor(
    private readonly failures: SignInFailuresStore,
    private readonly indexKey: IndexKey,
  ) {}

  /** Lets a try through, or says how long to wait; the same for addresses nobody has. @throws Problem `sign-in-slowed` */
  async admit(email: string, ip: string): Promise<Admission> {
    const where = placeOf(ip);
    const known = this.id('known', email, where);
    const account = (await this.failures.isKnown(known)) ? this.id('account here', email, where) : this.id('account', email);
    const place = this.id('place', where);
    await this.take([
      ['account', account],
      ['place', place],
    ]);
    return {
      succeeded: async () => {
        await Promise.all([this.failures.forget(account), this.failures.giveBack(place), this.failures.remember(known)]);
      },
      undone: async () => {
        await Promise.all([this.failures.giveBack(account), this.failures.giveBack(place)]);
      },
    };
  }

  private async take(keys: readonly (readonly [Counted, string])[]): Promise<void> {
    const taken = new Set<string>();
    let longestMs = 0;
    for (let attempt = 0; attempt < MAX_ATTEMPTS && taken.size < keys.length; attempt += 1) {
      const counts = await this.failures.counts(keys.map(([, id]) => id));
      const open = keys.filter(([, id]) => !taken.has(id));
      longestMs = Math.max(...open.map(([, id]) => waitMs(counts.get(id))));
      if (longestMs > 0) break;
      for (const [counted, id] of open) if (await this.takeOne(counted, id, counts.get(id))) taken.add(id);
    }
    if (taken.size === keys.length) return;
    for (const id of taken) await this.failures.giveBack(id);
    throw slowed(longestMs);
  }

  private takeOne(counted: Counted, id: string, count: FailureCount | undefined): Promise<boolean> {
    return this.failures.take(id, count, withOneMore(counted, count));
  }

  private id(...words: string[]): string {
    return this.indexKey.hash(words.map((word) => word.trim()).join('\n'));
  }
}

function slowed(delayMs: number): Problem {
  const retryAfterSeconds = Math.max(1, Math.ceil(delayMs / 1000));
  return new Problem('sign-in-slowed', {
    detail: 'With this address, or from this network. The password was not looked at this time.',
    cure: `Wait ${retryAfterSeconds} ${retryAfterSeconds === 1 ? 'second' : 'seconds'} and try again; the right password then works.`,
    retryAfterSeconds,
    more: { retryAfterSeconds },
  });
}
