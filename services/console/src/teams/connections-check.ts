import { Problem } from '../http/problem';
import type { CertnSetup } from './certn-setup';
import type { ConnectionTestsStore, DueTest } from './connection-tests.store';
import type { VendorName } from './connections.store';
import type { LeverTest } from './lever-test';

/** Between two rounds; of each account one team is tested in a round. */
export const ROUND_MS = 60_000;
/** Teams looked at, and teams tested, in one round. */
const MAX_DUE = 500;
const MAX_TESTED = 50;

/** What the check is made of. */
export interface ConnectionsCheckParts {
  tests: Pick<ConnectionTestsStore, 'due'>;
  lever: Pick<LeverTest, 'runUnasked'>;
  certn: Pick<CertnSetup, 'test'>;
  /** How old a test may grow. */
  everyMs: number;
}

/**
 * Tests connections again by itself, so that a key that broke or a trigger stage that vanished is noticed without anybody looking. A round tests one team of
 * each account at most, so that it takes a small part of the console's own share of the vendor's limit.
 */
export class ConnectionsCheck {
  private stopped = false;

  constructor(private readonly parts: ConnectionsCheckParts) {}

  /** One round. Answers how many connections were tested. */
  async run(): Promise<number> {
    return (await this.round('lever')) + (await this.round('certn'));
  }

  /** Ends a round under way after the test it is at. */
  stop(): void {
    this.stopped = true;
  }

  private async round(vendor: VendorName): Promise<number> {
    const { tests, lever, certn, everyMs } = this.parts;
    const before = new Date(Date.now() - everyMs).toISOString();
    let tested = 0;
    for (const { teamId } of onePerAccount(await tests.due(vendor, before, MAX_DUE)).slice(0, MAX_TESTED)) {
      if (this.stopped) break;
      try {
        await (vendor === 'lever' ? lever.runUnasked(teamId) : certn.test(teamId, { unasked: true }));
        tested += 1;
      } catch (error) {
        // Deleted meanwhile, or people use the share of the limit just now: the next round tries again.
        if (!(error instanceof Problem)) throw error;
      }
    }
    return tested;
  }
}

function onePerAccount(due: readonly DueTest[]): DueTest[] {
  const byAccount = new Map<string, DueTest>();
  for (const one of due) if (!byAccount.has(one.account)) byAccount.set(one.account, one);
  return [...byAccount.values()];
}
