import Ajv2020, { type ErrorObject, type ValidateFunction } from 'ajv/dist/2020';
import { jsonSchemaOf } from './json-schemas';
import { partitionOf } from './identity.rules';
import type { Topic } from './topics';

/** What CloudEvents says about an event beside its value. */
export interface EventContext {
  /** `ce_id`: made from the fact, so that a repeat has the same one. */
  id: string;
  /** `ce_source`: the service that wrote it. */
  source: string;
  /** `ce_time`, ISO 8601. */
  time?: string;
  /** W3C trace context. */
  traceparent?: string;
}

/** A message as Kafka takes it. */
export interface WrittenMessage {
  key: string;
  value: Buffer;
  partition: number;
  headers: Record<string, string>;
}

/** Headers as Kafka clients hand them over. */
export type ReadHeaders = Record<string, Buffer | string | (Buffer | string)[] | undefined>;

/** A read event, or the reason why it is poison. The reason names fields, never values. */
export type ReadEvent<Event> = { ok: true; event: Event; context: EventContext } | { ok: false; reason: string; teamId?: string };

/** An event that we were about to write and that breaks its own schema: a bug in the writer. */
export class InvalidEventError extends Error {
  constructor(topic: Topic, reason: string) {
    super(`${topic.name}: ${reason}`);
    this.name = 'InvalidEventError';
  }
}

const MAX_REASONS = 3;
const ajv = new Ajv2020({ strict: false, allErrors: false, ownProperties: true });
const validators = new Map<Topic, ValidateFunction>();

function validatorOf(topic: Topic): ValidateFunction {
  let validate = validators.get(topic);
  if (!validate) {
    validate = ajv.compile(jsonSchemaOf(topic));
    validators.set(topic, validate);
  }
  return validate;
}

/** What is wrong with an event, in words that hold none of its values; `undefined` when nothing is. */
export function problemOf<Event extends object>(topic: Topic<Event>, value: unknown): string | undefined {
  const validate = validatorOf(topic as unknown as Topic);
  if (!validate(value)) return (validate.errors ?? []).slice(0, MAX_REASONS).map(describe).join('; ') || 'not valid';
  const missing = topic.missing?.(value as Event);
  return missing === undefined ? undefined : `missing field ${missing}`;
}

function describe(error: ErrorObject): string {
  const path = error.instancePath.replaceAll('/', '.').slice(1);
  if (error.keyword === 'required')
    return `missing field ${[path, (error.params as { missingProperty: string }).missingProperty].filter(Boolean).join('.')}`;
  if (error.keyword === 'enum') return `unknown value of ${path}`;
  return `${path || 'value'} ${error.message ?? 'is not valid'}`;
}

/** Turns an event into a Kafka message in CloudEvents binary mode. `partitions` is the topic's count. @throws InvalidEventError */
export function writeEvent<Event extends object>(topic: Topic<Event>, event: Event, context: EventContext): WrittenMessage {
  const problem = problemOf(topic, event);
  if (problem) throw new InvalidEventError(topic as unknown as Topic, problem);
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_type: topic.type,
    ce_id: context.id,
    ce_source: context.source,
    ce_time: context.time ?? new Date().toISOString(),
  };
  if (context.traceparent) headers.traceparent = context.traceparent;
  return {
    key: topic.key(event),
    value: Buffer.from(JSON.stringify(event)),
    partition: partitionOf(topic.team(event), topic.partitions),
    headers,
  };
}

/** Reads a Kafka message. Unknown fields are ignored; unknown enum values, missing fields and other majors are poison with a reason. */
export function readEvent<Event extends object>(
  topic: Topic<Event>,
  value: Buffer | null,
  headers: ReadHeaders,
): ReadEvent<Event> {
  if (value === null) return { ok: false, reason: 'no value' };
  const type = text(headers.ce_type);
  if (type !== topic.type)
    return { ok: false, reason: type === undefined ? 'missing header ce_type' : 'another ce_type than this reader knows' };
  const id = text(headers.ce_id);
  if (!id) return { ok: false, reason: 'missing header ce_id' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(value.toString('utf8'));
  } catch {
    return { ok: false, reason: 'not JSON' };
  }
  const problem = problemOf(topic, parsed);
  if (problem) {
    const teamId = (parsed as { teamId?: unknown } | null)?.teamId;
    return { ok: false, reason: problem, ...(typeof teamId === 'string' && teamId.length <= 100 ? { teamId } : {}) };
  }
  const event = Object.assign(Object.create(topic.event.prototype as object) as Event, parsed);
  const traceparent = text(headers.traceparent);
  const time = text(headers.ce_time);
  return {
    ok: true,
    event,
    context: { id, source: text(headers.ce_source) ?? '', ...(time ? { time } : {}), ...(traceparent ? { traceparent } : {}) },
  };
}

function text(header: ReadHeaders[string]): string | undefined {
  const first = Array.isArray(header) ? header[0] : header;
  return first === undefined ? undefined : first.toString();
}
