import { holdAfterUnclear } from './order.rules';

interface Account {
  unclearInARow: number;
  /** By the monotonic clock. */
  heldUntilMs: number;
}

/**
 * Holds back the orders of accounts whose attempts keep ending unclear: then one row at a time is tried, with a minute and more between. In
 * memory of the process that works the account; who takes the account over begins from the attempts that lie unclear in the table.
 */
export class OrderHolds {
  private readonly accounts = new Map<string, Promise<Account>>();

  constructor(
    /** How many attempts of an account lie unclear in the table. */
    private readonly unclearAttempts: (account: string) => Promise<number>,
    private readonly firstHoldMs: number,
    /** Lets one order of the account through per this time; 0: as many as the pace allows. So that rows wait without taking turns. */
    private readonly pace: (account: string, everyMs: number) => void,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** How long an order of the account has to wait; 0 lets this one go, and while the account is held no other for a while. */
  async waitMs(account: string): Promise<number> {
    const known = await this.known(account);
    const holdMs = holdAfterUnclear(known.unclearInARow, this.firstHoldMs);
    if (holdMs === 0) return 0;
    const waitMs = known.heldUntilMs - this.nowMs();
    if (waitMs > 0) {
      this.pace(account, holdMs);
      return waitMs;
    }
    known.heldUntilMs = this.nowMs() + holdMs;
    return 0;
  }

  /** An attempt ended unclear. */
  async unclear(account: string): Promise<void> {
    const known = await this.known(account);
    known.unclearInARow += 1;
    const holdMs = holdAfterUnclear(known.unclearInARow, this.firstHoldMs);
    known.heldUntilMs = this.nowMs() + holdMs;
    if (holdMs > 0) this.pace(account, holdMs);
  }

  /** Certn answered an order clearly, whatever it said. */
  clear(account: string): void {
    const before = this.accounts.get(account);
    this.accounts.set(account, Promise.resolve({ unclearInARow: 0, heldUntilMs: 0 }));
    void before?.then(({ heldUntilMs }) => heldUntilMs > 0 && this.pace(account, 0));
  }

  private known(account: string): Promise<Account> {
    let known = this.accounts.get(account);
    if (!known) {
      known = this.unclearAttempts(account).then((unclearInARow) => ({ unclearInARow, heldUntilMs: 0 }));
      known.catch(() => this.accounts.delete(account));
      this.accounts.set(account, known);
    }
    return known;
  }
}
