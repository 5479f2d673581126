import { lastValueFrom, isObservable } from 'rxjs';
import { readEvent } from '@lever-certn/events/cloud-event';
import { TOPICS, type Topic } from '@lever-certn/events/topics';
import type { KafkaMessage } from 'kafkajs';
import type { DeadLetters } from './dead-letters';
import { ReceivedEvent } from './received-event';
import { idsOf, type MessageOutcome, type SettledMessage } from './settled-message';
import { inTrace } from './trace-context';

/** A method that handles a topic's events, as Nest hands it over. */
export type EventHandler = (event: object, context: ReceivedEvent) => Promise<unknown>;

/** Who handles a topic. */
export interface TopicHandlers {
  topic: Topic;
  onEvent: EventHandler;
  onTombstone?: EventHandler;
}

/** A tombstone, as `@EventPattern<string>(tombstonesOf(TOPICS.x))` gets it. */
export interface Tombstone {
  key: string;
}

/** The pattern of a topic's tombstones. Without a handler for it they are skipped. */
export function tombstonesOf(topic: Pick<Topic, 'name'>): string {
  return `${topic.name}/tombstone`;
}

/** One message and what was tried with it. */
export class Piece {
  readonly offset: number;
  attempts = 0;
  startedAt = 0;
  /** How many of its topic had passed when it was tried first. */
  passesBefore = 0;

  constructor(readonly message: KafkaMessage) {
    this.offset = Number(message.offset);
  }
}

/** Tries one message once and tells of it when it is over. */
export class MessageWork {
  /** Messages of this topic that were recorded. */
  passes = 0;

  constructor(
    private readonly handlers: TopicHandlers,
    private readonly deadLetters: DeadLetters,
    private readonly onSettled: (line: SettledMessage) => void,
  ) {}

  /** The topic's own name. */
  get topic(): string {
    return this.handlers.topic.name;
  }

  /** Resolves when the message is recorded or set aside; rejects with what the handler or the broker of dead letters said. */
  attempt(piece: Piece, partition: number): Promise<void> {
    const { topic } = this.handlers;
    const { message } = piece;
    piece.attempts += 1;
    if (piece.startedAt === 0) {
      piece.startedAt = performance.now();
      piece.passesBefore = this.passes;
    }
    if (message.value === null && topic.cleanup === 'compact') return this.tombstone(piece, partition);
    const read = readEvent(topic, message.value, message.headers ?? {});
    if (!read.ok) return this.setAside(piece, partition, read.reason, read.teamId);
    const context = new ReceivedEvent(read.context, topic.name, partition, message.offset);
    return this.call(this.handlers.onEvent, read.event, context, piece);
  }

  /** Sets a message aside at which the handler has failed for good. */
  async giveUp(piece: Piece, partition: number, error: unknown): Promise<void> {
    const read = readEvent(this.handlers.topic, piece.message.value, piece.message.headers ?? {});
    const ids = read.ok ? idsOf(read.event) : {};
    await this.setAside(piece, partition, `handler failed ${piece.attempts} times: ${nameOf(error)}`, ids.teamId);
  }

  private async call(handler: EventHandler, event: object, context: ReceivedEvent, piece: Piece): Promise<void> {
    const { traceparent } = context.context;
    const answer = await inTrace(traceparent, () => handler(event, context));
    if (isObservable(answer)) await lastValueFrom(answer, { defaultValue: undefined });
    this.passes += 1;
    this.settled(piece, context.partition, 'recorded', undefined, idsOf(event));
  }

  private async tombstone(piece: Piece, partition: number): Promise<void> {
    const { onTombstone, topic } = this.handlers;
    const key = piece.message.key?.toString();
    if (!onTombstone || key === undefined) return this.settled(piece, partition, 'skipped', 'tombstone', {});
    const context = new ReceivedEvent({ id: '', source: '' }, topic.name, partition, piece.message.offset);
    await this.call(onTombstone, { key } satisfies Tombstone, context, piece);
  }

  private async setAside(piece: Piece, partition: number, reason: string, teamId: string | undefined): Promise<void> {
    const { message, attempts } = piece;
    const { topic } = this;
    const ids = teamId === undefined ? {} : { teamId };
    if (topic === TOPICS.deadLetters.name) return this.settled(piece, partition, 'dropped', reason, ids);
    await this.deadLetters.send({ topic, partition, message, reason, attempts, teamId });
    this.settled(piece, partition, 'dead-letter', reason, ids);
  }

  private settled(
    piece: Piece,
    partition: number,
    outcome: MessageOutcome,
    reason: string | undefined,
    ids: Pick<SettledMessage, 'teamId' | 'opportunityId' | 'checkId'>,
  ): void {
    this.onSettled({
      unit: 'message',
      name: this.topic,
      topic: this.topic,
      partition,
      offset: piece.message.offset,
      outcome,
      ...(reason === undefined ? {} : { reason }),
      durationMs: performance.now() - piece.startedAt,
      attempt: piece.attempts,
      ...ids,
    });
  }
}

/** An error's name, and its code where it has one: never its message, which may hold what the message says. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'not an error';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^[A-Z0-9_]{1,50}$/.test(code) ? `${error.name} ${code}` : error.name;
}
