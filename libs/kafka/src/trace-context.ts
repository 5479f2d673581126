import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Runs `work` with the span that `traceparent` names (W3C Trace Context) as the active one. */
export function inTrace<Result>(traceparent: string | undefined, work: () => Result): Result {
  const match = traceparent === undefined ? null : TRACEPARENT.exec(traceparent);
  if (!match) return work();
  const [, traceId, spanId, flags] = match;
  const span = { traceId: traceId!, spanId: spanId!, traceFlags: parseInt(flags!, 16), isRemote: true };
  return context.with(trace.setSpanContext(ROOT_CONTEXT, span), work);
}

/** The active span as a `traceparent`, if there is one. */
export function activeTraceparent(): string | undefined {
  const span = trace.getActiveSpan()?.spanContext();
  if (!span) return undefined;
  return `00-${span.traceId}-${span.spanId}-${(span.traceFlags & 0xff).toString(16).padStart(2, '0')}`;
}
