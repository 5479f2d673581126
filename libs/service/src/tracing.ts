import { context, propagation, SpanKind, SpanStatusCode, trace, type Attributes } from '@opentelemetry/api';

let on = false;

/** Whether traces are sent. */
export const tracingIsOn = (): boolean => on;

/**
 * Starts sending traces to an OTLP endpoint, with W3C propagation. Its packages are loaded only here, since they cost memory.
 * Resolves with what flushes and stops it.
 */
export async function startTracing(service: string, endpoint: string): Promise<() => Promise<void>> {
  const { BatchSpanProcessor, NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node');
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
  const { resourceFromAttributes } = await import('@opentelemetry/resources');
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.namespace': 'lever-certn' }),
    spanProcessors: [
      new BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` }), {
        maxQueueSize: 2048,
      }),
    ],
  });
  provider.register();
  on = true;
  return async () => {
    on = false;
    await provider.shutdown();
  };
}

/** What a span is about. Attributes hold routes, topics, ids and outcomes: never a query, a body or a person. */
export interface SpanWords {
  /** W3C trace context that came with the request or the message. */
  traceparent?: string | undefined;
  kind?: 'server' | 'consumer' | 'client' | 'internal';
  attributes?: Attributes;
}

const KINDS = {
  server: SpanKind.SERVER,
  consumer: SpanKind.CONSUMER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
} as const;

/**
 * Runs work in a span that goes on with `traceparent`, and hands over the trace context to pass on. With tracing off it only runs the
 * work and passes on what came.
 */
export function inSpan<Result>(
  name: string,
  words: SpanWords,
  work: (traceparent: string | undefined) => Promise<Result>,
): Promise<Result> {
  if (!on) return work(words.traceparent);
  const parent = words.traceparent ? propagation.extract(context.active(), { traceparent: words.traceparent }) : context.active();
  const options = { kind: KINDS[words.kind ?? 'internal'], ...(words.attributes ? { attributes: words.attributes } : {}) };
  return trace.getTracer('lever-certn').startActiveSpan(name, options, parent, async (span) => {
    const carrier: { traceparent?: string } = {};
    propagation.inject(trace.setSpan(context.active(), span), carrier);
    try {
      return await work(carrier.traceparent);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
      throw error;
    } finally {
      span.end();
    }
  });
}
