import { randomUUID } from 'node:crypto';

/** Where a fault strikes: calls to a vendor, or the webhooks it sends. */
export const FAULT_TARGETS = ['lever', 'certn', 'lever-webhooks', 'certn-webhooks'] as const;
export type FaultTarget = (typeof FAULT_TARGETS)[number];

/** What goes wrong with a call. `latency` waits and goes on as usual; the others replace the answer. */
export const CALL_FAULTS = [
  'status',
  'rate-limited',
  'reset',
  'hang',
  'latency',
  'slow-answer',
  'lost-answer',
  'html',
  'empty',
  'truncated',
  'huge',
  'unreadable',
  'nulls',
] as const;
/** What goes wrong with a webhook. */
export const WEBHOOK_FAULTS = ['lose', 'repeat', 'delay', 'reorder', 'bad-signature'] as const;
export type FaultKind = (typeof CALL_FAULTS)[number] | (typeof WEBHOOK_FAULTS)[number];

/** A rule: this goes wrong there, so many times or with this probability. */
export interface FaultRule {
  on: FaultTarget;
  kind: FaultKind;
  /** `METHOD /path/:id` of a vendor's route (webhooks: the event's name), `*` for anything in between. All routes unless given. */
  route?: string;
  /** Only calls of this account. */
  account?: string;
  /** Strikes this many times and is gone; for ever unless given. */
  times?: number;
  /** Lets this many matching calls pass first. */
  skip?: number;
  /** 0 to 1; 1 unless given. */
  probability?: number;
  /** Of `status`: 503 unless given. */
  status?: number;
  code?: string;
  message?: string;
  /** Of `rate-limited`: sent as `Retry-After`; no header unless given. */
  retryAfterSeconds?: number;
  /** Of `latency`, `slow-answer`, `delay`, `reorder` (the window), `hang` (then the connection is reset). */
  ms?: number;
  /** Of `repeat`: how many in all. */
  copies?: number;
  /** Whether the vendor did what was asked before it went wrong; each kind has its own default. */
  performed?: boolean;
}

export interface Fault extends FaultRule {
  id: string;
  /** How often it struck. */
  hits: number;
}

interface Armed {
  fault: Fault;
  matches: (route: string) => boolean;
  seen: number;
}

/** The rules in force. Costs one comparison per call while there are none. */
export class Faults {
  private armed: Armed[] = [];

  get quiet(): boolean {
    return this.armed.length === 0;
  }

  list(): Fault[] {
    return this.armed.map(({ fault }) => fault);
  }

  add(rule: FaultRule): Fault {
    const fault: Fault = { ...rule, id: randomUUID(), hits: 0 };
    this.armed.push({ fault, matches: matcher(rule.route), seen: 0 });
    return fault;
  }

  remove(id: string): boolean {
    const before = this.armed.length;
    this.armed = this.armed.filter(({ fault }) => fault.id !== id);
    return this.armed.length < before;
  }

  clear(): void {
    this.armed = [];
  }

  /** The faults that strike this call now: all its latencies, and the first of the others. */
  strike(on: FaultTarget, route: string, account: string | undefined): Fault[] {
    const struck: Fault[] = [];
    let replaced = false;
    for (const entry of [...this.armed]) {
      const adds = entry.fault.kind === 'latency' || entry.fault.kind === 'delay';
      if (replaced && !adds) continue;
      if (!this.hits(entry, on, route, account)) continue;
      struck.push(entry.fault);
      replaced ||= !adds;
    }
    return struck;
  }

  private hits(entry: Armed, on: FaultTarget, route: string, account: string | undefined): boolean {
    const { fault } = entry;
    if (fault.on !== on || !entry.matches(route)) return false;
    if (fault.account !== undefined && fault.account !== account) return false;
    entry.seen += 1;
    if (entry.seen <= (fault.skip ?? 0)) return false;
    if (fault.probability !== undefined && Math.random() >= fault.probability) return false;
    fault.hits += 1;
    if (fault.times !== undefined && fault.hits >= fault.times) this.remove(fault.id);
    return true;
  }
}

function matcher(pattern: string | undefined): (route: string) => boolean {
  if (pattern === undefined || pattern === '*') return () => true;
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^(?:[A-Z]+ )?${parts.join('.*')}$`);
  return (route) => expression.test(route);
}
