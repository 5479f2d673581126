import type { KafkaMessage } from 'kafkajs';
import { GiveUp } from './give-up';
import type { KafkaLog } from './kafka-client';
import { nameOf, Piece, type MessageWork } from './message-work';

/** How patient the consumer is. All times in milliseconds. */
export interface Patience {
  /** Failures at one message after which it is set aside, if others of its topic pass meanwhile. */
  failures: number;
  /** Pauses before the next try of one message; the last one repeats. */
  retryAfterMs: readonly number[];
  /** Pauses between tries while the database is away; the last one repeats. */
  outageRetryMs: readonly number[];
  /** A handler that has not settled after this has failed. */
  handlerTimeoutMs: number;
  /** How long a batch that should give up still waits for its handlers. */
  finishWithinMs: number;
  /** Failing messages of one partition that are kept in memory; beyond, its fetching pauses. */
  maxParked: number;
}

/** What the partitions of one consumer share. */
export interface Surroundings {
  readonly patience: Patience;
  readonly log: KafkaLog;
  isOutage(error: unknown): boolean;
  /** Told once when an outage is met and once when it is over. */
  outage(error: unknown): void;
  outageOver(): void;
}

interface Failure {
  piece: Piece;
  error: unknown;
  outage: boolean;
}

/** Messages started in one go, before others get their turn of the event loop. */
const STARTED_AT_ONCE = 250;

/** A handler that did not settle in time. */
export class HandlerTimeoutError extends Error {
  constructor(timeoutMs: number) {
    super(`the handler did not settle within ${timeoutMs} ms`);
    this.name = 'HandlerTimeoutError';
  }
}

/**
 * One partition while this process has it. The handlers of a batch run side by side. A message whose handler fails is parked: it is tried again by itself,
 * while the partition goes on; what is committed stays before it. During an outage the batch waits.
 */
export class PartitionWork {
  private readonly parked = new Map<number, { piece: Piece; timer?: NodeJS.Timeout }>();
  private position = 0;
  private gone = false;

  constructor(
    private readonly work: MessageWork,
    readonly partition: number,
    private readonly around: Surroundings,
    /** A parked message was settled. */
    private readonly onProgress: () => void,
  ) {}

  /** The offset before which everything is settled. */
  get commitPoint(): number {
    let lowest = this.position;
    for (const offset of this.parked.keys()) if (offset < lowest) lowest = offset;
    return lowest;
  }

  get parkedCount(): number {
    return this.parked.size;
  }

  /** The partition is no longer ours, or is read again from what is committed. */
  leave(): void {
    this.gone = true;
    for (const { timer } of this.parked.values()) clearTimeout(timer);
    this.parked.clear();
  }

  /**
   * Resolves with true when each message is settled or parked, and with false when `giveUp` was raised before: then nothing of the batch may be committed.
   */
  async handle(messages: readonly KafkaMessage[], nextOffset: number, giveUp: GiveUp): Promise<boolean> {
    let open = messages.map((message) => new Piece(message));
    for (;;) {
      const failures = await this.attemptAll(open, giveUp);
      if (failures === undefined) return false;
      const outage = failures.filter((failure) => failure.outage);
      for (const failure of failures) if (!failure.outage) this.park(failure);
      if (outage.length === 0) break;
      this.around.outage(outage[0]!.error);
      open = outage.map(({ piece }) => piece);
      if (!(await this.waitOutOutage(open, giveUp))) return false;
      open.shift();
    }
    this.around.outageOver();
    this.position = nextOffset;
    return true;
  }

  /** Tries the first message until it meets no outage any more, so that a database that comes back is not overrun. It is settled or parked then. */
  private async waitOutOutage([first]: Piece[], giveUp: GiveUp): Promise<boolean> {
    const { outageRetryMs } = this.around.patience;
    for (let tries = 0; ; tries += 1) {
      await giveUp.sleep(outageRetryMs[Math.min(tries, outageRetryMs.length - 1)]!);
      if (giveUp.raised) return false;
      const failures = await this.attemptAll([first!], giveUp);
      if (failures === undefined) return false;
      const [failure] = failures;
      if (failure?.outage) continue;
      if (failure) this.park(failure);
      return true;
    }
  }

  /** Those that failed, once all are over; `undefined` when the batch has to be given up. */
  private attemptAll(pieces: readonly Piece[], giveUp: GiveUp): Promise<Failure[] | undefined> {
    const { handlerTimeoutMs, finishWithinMs } = this.around.patience;
    return new Promise((resolve) => {
      const failures: Failure[] = [];
      const unsettled = new Set(pieces);
      const finish = (answer: Failure[] | undefined): void => {
        clearTimeout(timeout);
        off();
        resolve(answer);
      };
      const over = (piece: Piece, error?: unknown): void => {
        if (!unsettled.delete(piece)) return;
        if (error !== undefined) failures.push(this.failure(piece, error));
        if (unsettled.size === 0) finish(failures);
      };
      let timeout = setTimeout(() => {
        for (const piece of [...unsettled]) over(piece, new HandlerTimeoutError(handlerTimeoutMs));
      }, handlerTimeoutMs);
      const off = giveUp.on(() => {
        clearTimeout(timeout);
        timeout = setTimeout(() => finish(undefined), finishWithinMs);
      });
      this.start(pieces, 0, over);
      if (pieces.length === 0) finish(failures);
    });
  }

  /** During an outage a failure says nothing about the message. */
  private failure(piece: Piece, error: unknown): Failure {
    const outage = this.around.isOutage(error);
    if (outage) piece.attempts -= 1;
    return { piece, error, outage };
  }

  private start(pieces: readonly Piece[], from: number, over: (piece: Piece, error?: unknown) => void): void {
    const to = Math.min(from + STARTED_AT_ONCE, pieces.length);
    for (let index = from; index < to; index += 1) {
      const piece = pieces[index]!;
      this.work.attempt(piece, this.partition).then(
        () => over(piece),
        (error: unknown) => over(piece, error ?? new Error('a handler rejected with nothing')),
      );
    }
    if (to < pieces.length) setImmediate(() => this.start(pieces, to, over));
  }

  private park({ piece, error }: Failure): void {
    if (this.gone) return;
    const { patience, log } = this.around;
    const delayMs = patience.retryAfterMs[Math.max(0, Math.min(piece.attempts, patience.retryAfterMs.length) - 1)]!;
    const { topic } = this.work;
    log.warn(
      {
        topic,
        partition: this.partition,
        offset: piece.message.offset,
        attempt: piece.attempts,
        reason: nameOf(error),
        where: placeOf(error),
      },
      'a handler failed; its message is tried again',
    );
    this.parked.set(piece.offset, { piece, timer: setTimeout(() => void this.retry(piece), delayMs) });
  }

  private async retry(piece: Piece): Promise<void> {
    const failures = await this.attemptAll([piece], new GiveUp());
    const failure = failures?.[0];
    if (this.gone) return;
    if (failure && !(await this.givenUp(failure))) return this.park(failure);
    if (this.gone) return;
    this.parked.delete(piece.offset);
    this.onProgress();
  }

  private async givenUp({ piece, error, outage }: Failure): Promise<boolean> {
    const { patience } = this.around;
    if (outage || piece.attempts < patience.failures || this.work.passes === piece.passesBefore) return false;
    try {
      await this.work.giveUp(piece, this.partition, error);
      return true;
    } catch {
      return false;
    }
  }
}

/** The place in the code, without the error's message. */
function placeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return error.stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 3)
    .map((line) => line.trim())
    .join(' ');
}
