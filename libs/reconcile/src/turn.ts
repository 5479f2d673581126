/** What is next for a row after its turn. */
export type Next =
  /** `work` recorded the outcome itself, guarded by the turn; `reason` is for the log line. */
  | { kind: 'settled'; reason?: string | null }
  | { kind: 'done' }
  /** Waiting, not failing. */
  | { kind: 'again'; inMs: number; reason: string };

/** What a turn may ask of the loop. */
export interface Turn {
  /**
   * Resolves when the account may make one more call. The first call's token was taken before the turn began; every further call takes one.
   * @throws TurnAbandonedError when the account went to another process or this one stops: let it pass through
   */
  token(kind?: string): Promise<void>;
  /** Aborted when the turn is abandoned. */
  readonly signal: AbortSignal;
}

/** The turn can't go on here: the row stays due, and whoever holds the account works it. */
export class TurnAbandonedError extends Error {
  constructor(why: string) {
    super(`turn abandoned: ${why}`);
    this.name = 'TurnAbandonedError';
  }
}

/** One row's turn in this process. */
export class RowTurn implements Turn {
  abandoned: Error | undefined;
  private controller: AbortController | undefined;

  constructor(
    private readonly kind: string,
    private readonly take: (turn: RowTurn, kind: string) => Promise<void>,
  ) {}

  token(kind: string = this.kind): Promise<void> {
    return this.take(this, kind);
  }

  /** Made only for who asks: most turns never do. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.abandoned) this.controller.abort(this.abandoned);
    return this.controller.signal;
  }

  abandon(error: Error): void {
    this.abandoned = error;
    this.controller?.abort(error);
  }
}
