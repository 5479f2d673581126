import { holdAfterUnclear } from './order.rules';

/** Before another row is tried in place of one that was not sent. */
const NEXT_TRY_MS = 250;

interface Account {
  unclearInARow: number;
  /** Single tries that ended unclear while the account was held. */
  failedTries: number;
  /** By the monotonic clock. */
  heldUntilMs: number;
}

/** Whether an order may go. `isTry`: the account is held, and this is the one order that may see whether that is over. */
export interface OrderLeave {
  waitMs: number;
  isTry: boolean;
}

/**
 * Holds back the orders of accounts whose attempts keep ending unclear: then one row at a time is tried, with a minute and more between. In
 * memory of the process that works the account; who takes the account over begins from the attempts that lie unclear in the table.
 */
export class OrderHolds {
  private readonly accounts = new Map<string, Account>();
  private readonly loading = new Map<string, Promise<Account>>();

  constructor(
    /** How many attempts of an account lie unclear in the table. */
    private readonly unclearAttempts: (account: string) => Promise<number>,
    private readonly firstHoldMs: number,
    /** Lets one order of the account through per this time; 0: as many as the pace allows. So that rows wait without taking turns. */
    private readonly pace: (account: string, everyMs: number) => void,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Whether an order of the account may go now; while the account is held no other may for a while. */
  async ask(account: string): Promise<OrderLeave> {
    const known = this.accounts.get(account) ?? (await this.load(account));
    const holdMs = this.holdMs(known);
    if (holdMs === 0) return { waitMs: 0, isTry: false };
    const waitMs = known.heldUntilMs - this.nowMs();
    this.pace(account, holdMs);
    if (waitMs > 0) return { waitMs, isTry: false };
    known.heldUntilMs = this.nowMs() + holdMs;
    return { waitMs: 0, isTry: true };
  }

  /** An attempt ended unclear. */
  unclear(account: string, { isTry }: OrderLeave): void {
    const known = this.of(account);
    known.unclearInARow += 1;
    if (isTry) known.failedTries += 1;
    const holdMs = this.holdMs(known);
    if (holdMs === 0) return;
    known.heldUntilMs = this.nowMs() + holdMs;
    this.pace(account, holdMs);
  }

  /** The order that had leave was not sent after all: another may be the one that sees. */
  unused(account: string, { isTry }: OrderLeave): void {
    if (!isTry) return;
    this.of(account).heldUntilMs = 0;
    this.pace(account, NEXT_TRY_MS);
  }

  /** Certn answered an order clearly, whatever it said. */
  clear(account: string): void {
    const known = this.of(account);
    const wasHeld = this.holdMs(known) > 0;
    Object.assign(known, { unclearInARow: 0, failedTries: 0, heldUntilMs: 0 });
    // Last: it lets waiting rows go at once, and they ask.
    if (wasHeld) this.pace(account, 0);
  }

  private holdMs({ unclearInARow, failedTries }: Account): number {
    return holdAfterUnclear(unclearInARow, failedTries, this.firstHoldMs);
  }

  private of(account: string): Account {
    let known = this.accounts.get(account);
    if (!known) this.accounts.set(account, (known = { unclearInARow: 0, failedTries: 0, heldUntilMs: 0 }));
    return known;
  }

  private load(account: string): Promise<Account> {
    let loading = this.loading.get(account);
    if (!loading) {
      loading = this.unclearAttempts(account)
        .then((unclearInARow) => Object.assign(this.of(account), { unclearInARow }))
        .finally(() => this.loading.delete(account));
      this.loading.set(account, loading);
    }
    return loading;
  }
}
