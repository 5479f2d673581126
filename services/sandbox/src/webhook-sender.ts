import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import type { Faults, FaultTarget } from './faults';

/** Connections per receiver. */
const CONNECTIONS = 64;
/** How long a receiver may take; Certn says 10 s, Lever says nothing. */
const TIMEOUT_MS = 10_000;
/** Deliveries kept to look at. */
const MAX_KEPT = 2_000;
/** Lever: believed to be five tries in all, with growing waits. */
const LEVER_WAITS_MS = [1_000, 5_000, 30_000, 120_000];
/** Certn: backoff for about two hours. */
const CERTN_WAITS_MS = [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, ...Array<number>(11).fill(600_000)];

type Vendor = 'lever' | 'certn';

/** What one try puts on the wire. */
export interface WebhookRequest {
  headers: Record<string, string>;
  body: string;
}

/** One event on its way to one receiver. */
export interface Outgoing {
  vendor: Vendor;
  account: string;
  event: string;
  /** The opportunity, case or check it is about. */
  subject: string;
  url: string;
  /** Makes the request of a try; `forged` asks for a wrong signature. */
  build: (forged: boolean) => WebhookRequest;
}

/** What became of it. */
export interface Delivery {
  id: string;
  vendor: Vendor;
  account: string;
  event: string;
  subject: string;
  atMs: number;
  state: 'waiting' | 'delivered' | 'given-up' | 'lost';
  attempts: { atMs: number; status: number | null; tookMs: number }[];
}

/**
 * Sends the vendors' webhooks: any 2xx is taken as delivered, all else is tried again after each vendor's waits and then given up, as the vendors do. Faults
 * lose, repeat, delay, reorder or forge them.
 */
export class WebhookSender {
  readonly counts = { sent: 0, delivered: 0, failedTries: 0, givenUp: 0, lost: 0 };
  waitsMs: Record<Vendor, number[]> = { lever: LEVER_WAITS_MS, certn: CERTN_WAITS_MS };
  private readonly pools = new Map<string, Pool>();
  private kept: Delivery[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly held = new Map<FaultTarget, (() => Promise<void>)[]>();
  private stopped = false;

  constructor(
    private readonly faults: Faults,
    private readonly onChange: (delivery: Delivery) => void,
  ) {}

  /** Newest first. */
  deliveries(limit = 100): Delivery[] {
    return this.kept.slice(-limit).reverse();
  }

  /** Sends, subject to the faults in force; never throws and does not wait. */
  send(outgoing: Outgoing): void {
    if (this.stopped) return;
    this.counts.sent += 1;
    const target: FaultTarget = `${outgoing.vendor}-webhooks`;
    const struck = this.faults.quiet ? [] : this.faults.strike(target, outgoing.event, outgoing.account);
    const waitMs = struck.reduce((sum, fault) => sum + (fault.kind === 'delay' ? (fault.ms ?? 0) : 0), 0);
    const fault = struck.find(({ kind }) => kind !== 'delay');
    if (fault?.kind === 'lose') {
      this.counts.lost += 1;
      this.keep(outgoing, 'lost');
      return;
    }
    const forged = fault?.kind === 'bad-signature';
    const copies = fault?.kind === 'repeat' ? (fault.copies ?? 2) : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const delivery = this.keep(outgoing, 'waiting');
      const start = (): Promise<void> => this.attempt(outgoing, delivery, forged);
      if (fault?.kind === 'reorder') this.hold(target, fault.ms ?? 1000, start);
      else if (waitMs > 0) this.later(() => void start(), waitMs);
      else void start();
    }
  }

  /** Certn's `GET url?challenge=X`: `null` if it was answered as demanded, else what was wrong. */
  async challenge(url: string): Promise<string | null> {
    const challenge = randomUUID();
    const target = new URL(url);
    target.searchParams.set('challenge', challenge);
    try {
      const answer = await this.poolOf(target.origin).request({
        method: 'GET',
        path: target.pathname + target.search,
        headersTimeout: TIMEOUT_MS,
        bodyTimeout: TIMEOUT_MS,
      });
      const text = await answer.body.text();
      if (answer.statusCode !== 200) return `answered ${answer.statusCode}, not 200`;
      if (!String(answer.headers['content-type']).startsWith('text/plain')) return 'Content-Type is not text/plain';
      if (answer.headers['x-content-type-options'] !== 'nosniff') return 'X-Content-Type-Options is not nosniff';
      return text === challenge ? null : 'the body is not the challenge';
    } catch (error) {
      return `no answer: ${(error as { code?: string }).code ?? 'unreachable'}`;
    }
  }

  /** Forgets everything that waits, as after a reset of the sandbox. */
  clear(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    this.held.clear();
    this.kept = [];
    Object.assign(this.counts, { sent: 0, delivered: 0, failedTries: 0, givenUp: 0, lost: 0 });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.clear();
    await Promise.all([...this.pools.values()].map((pool) => pool.destroy()));
  }

  private async attempt(outgoing: Outgoing, delivery: Delivery, forged: boolean): Promise<void> {
    const startedMs = Date.now();
    const status = await this.post(outgoing, forged);
    if (this.stopped) return;
    delivery.attempts.push({ atMs: startedMs, status, tookMs: Date.now() - startedMs });
    if (status !== null && status >= 200 && status < 300) {
      this.settle(delivery, 'delivered');
      return;
    }
    this.counts.failedTries += 1;
    const waitMs = this.waitsMs[outgoing.vendor][delivery.attempts.length - 1];
    if (waitMs === undefined) this.settle(delivery, 'given-up');
    else {
      this.later(() => void this.attempt(outgoing, delivery, forged), waitMs);
      this.onChange(delivery);
    }
  }

  private settle(delivery: Delivery, state: 'delivered' | 'given-up'): void {
    delivery.state = state;
    this.counts[state === 'delivered' ? 'delivered' : 'givenUp'] += 1;
    this.onChange(delivery);
  }

  private async post(outgoing: Outgoing, forged: boolean): Promise<number | null> {
    try {
      const { headers, body } = outgoing.build(forged);
      const target = new URL(outgoing.url);
      const answer = await this.poolOf(target.origin).request({
        method: 'POST',
        path: target.pathname + target.search,
        headers: { 'content-type': 'application/json', ...headers },
        body,
        headersTimeout: TIMEOUT_MS,
        bodyTimeout: TIMEOUT_MS,
      });
      await answer.body.dump();
      return answer.statusCode;
    } catch {
      return null;
    }
  }

  private keep(outgoing: Outgoing, state: Delivery['state']): Delivery {
    const { vendor, account, event, subject } = outgoing;
    const delivery: Delivery = { id: randomUUID(), vendor, account, event, subject, atMs: Date.now(), state, attempts: [] };
    this.kept.push(delivery);
    if (this.kept.length > 2 * MAX_KEPT) this.kept = this.kept.slice(-MAX_KEPT);
    return delivery;
  }

  /** Gathers what comes within the window and sends it in reverse, one after the other so that the order is sure. */
  private hold(target: FaultTarget, windowMs: number, start: () => Promise<void>): void {
    const waiting = this.held.get(target);
    if (waiting) {
      waiting.push(start);
      return;
    }
    this.held.set(target, [start]);
    const release = async (): Promise<void> => {
      const starts = this.held.get(target) ?? [];
      this.held.delete(target);
      for (const one of starts.reverse()) await one();
    };
    this.later(() => void release(), windowMs);
  }

  private later(work: () => void, waitMs: number): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      work();
    }, waitMs);
    this.timers.add(timer);
  }

  private poolOf(origin: string): Pool {
    let pool = this.pools.get(origin);
    if (!pool) this.pools.set(origin, (pool = new Pool(origin, { connections: CONNECTIONS, connect: { timeout: TIMEOUT_MS } })));
    return pool;
  }
}
