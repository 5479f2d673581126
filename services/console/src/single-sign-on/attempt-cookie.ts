import { createHash } from 'node:crypto';
import type { Keyring } from '@lever-certn/sealing/keyring';
import type { Attempt } from './identity-provider.client';

/** A sign-in under way, as the browser carries it. */
export interface CarriedAttempt extends Attempt {
  /** Where it leads back to. */
  path: string;
}

/** How long a person may take at the provider. */
export const ATTEMPT_LIVES_SECONDS = 600;

const PLACE = { teamId: 'people', recordId: 'single-sign-on', field: 'attempt' };
const MAX_STATE_CHARACTERS = 200;

/**
 * The cookie of a sign-in that is under way, sealed: it binds the answer of the provider to the browser that asked. One for each, by its state, so that
 * several tabs do not disturb each other; nothing is stored here before somebody comes back.
 */
export class AttemptCookie {
  private readonly secure: boolean;

  constructor(
    private readonly keyring: Keyring,
    publicUrl: string,
    private readonly now: () => number = Date.now,
  ) {
    this.secure = publicUrl.startsWith('https:');
  }

  /** The header that gives a browser its attempt. */
  given(attempt: CarriedAttempt): string {
    const content = JSON.stringify({ ...attempt, until: this.now() + ATTEMPT_LIVES_SECONDS * 1000 });
    return this.header(
      attempt.state,
      Buffer.from(this.keyring.seal(content, PLACE)).toString('base64url'),
      ATTEMPT_LIVES_SECONDS,
    );
  }

  /** The header that takes it away again. */
  taken(state: string): string {
    return this.header(state, '', 0);
  }

  /** The attempt with this state that the browser began, if it did and is not too late. */
  read(cookies: Readonly<Record<string, string | undefined>>, state: string | null): CarriedAttempt | undefined {
    if (!state || state.length > MAX_STATE_CHARACTERS) return undefined;
    const sealed = cookies[this.name(state)];
    const { until, ...attempt } = (sealed && this.opened(sealed)) || { until: 0 };
    return until > this.now() && 'state' in attempt && attempt.state === state ? attempt : undefined;
  }

  private opened(sealed: string): (CarriedAttempt & { until: number }) | undefined {
    try {
      return JSON.parse(this.keyring.open(Buffer.from(sealed, 'base64url').toString(), PLACE)) as CarriedAttempt & {
        until: number;
      };
    } catch {
      return undefined;
    }
  }

  private name(state: string): string {
    const tag = createHash('sha256').update(state).digest('hex').slice(0, 16);
    return `${this.secure ? '__Host-' : ''}sign-in-${tag}`;
  }

  /** `SameSite=Lax`, since the browser comes back from the provider's site. */
  private header(state: string, value: string, maxAgeSeconds: number): string {
    const secure = this.secure ? '; Secure' : '';
    return `${this.name(state)}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${secure}`;
  }
}
