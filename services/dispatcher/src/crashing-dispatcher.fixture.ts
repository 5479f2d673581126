import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { CertnClient } from '@lever-certn/certn/certn.client';
import type { EventProducer } from '@lever-certn/kafka/event-producer';
import { TOPICS } from '@lever-certn/events/topics';
import { runService } from '@lever-certn/service/run-service';
import type { ChecksStore, Outcome } from './checks.store';
import { DispatcherConfig } from './config';
import { buildDispatcher, type Seams } from './dispatcher';

/**
 * A dispatcher that ends or freezes at one step of one team's check. A team whose id begins with `crash-<step>.` meets its step once: CRASH_DIR remembers, over
 * the process's own end. A step that begins with `freeze-` stops the process in its tracks (SIGSTOP), the others kill it (SIGKILL).
 */
const folder = process.env.CRASH_DIR ?? '';
/** Longer than the request needs to get to the sandbox. */
const SENT_MS = 150;

function reach(step: string, text: string): void {
  const mark = path.join(folder, step);
  if (!text.includes(`crash-${step}.`) || existsSync(mark)) return;
  mkdirSync(mark);
  process.kill(process.pid, step.startsWith('freeze-') ? 'SIGSTOP' : 'SIGKILL');
}

function certn(client: CertnClient): CertnClient {
  return over(client, {
    order: async (...[access, ...rest]: Parameters<CertnClient['order']>) => {
      reach('claimed', access.apiKey);
      reach('freeze-claimed', access.apiKey);
      for (const step of ['sent-made', 'sent-lost']) setTimeout(() => reach(step, access.apiKey), SENT_MS);
      const found = await client.order(access, ...rest);
      reach('answered', access.apiKey);
      return found;
    },
    case: async (...[access, caseId]: Parameters<CertnClient['case']>) => {
      reach('reading', access.apiKey);
      const found = await client.case(access, caseId);
      reach('read', access.apiKey);
      return found;
    },
    cases: async (...[access, filter]: Parameters<CertnClient['cases']>) => {
      reach('looking-up', access.apiKey);
      const found = await client.cases(access, filter);
      reach('looked-up', access.apiKey);
      return found;
    },
  });
}

function checks(store: ChecksStore): ChecksStore {
  return over(store, {
    claim: (...[row, ...rest]: Parameters<ChecksStore['claim']>) => {
      reach('recorded', row.teamId);
      return store.claim(row, ...rest);
    },
    write: async (outcome: Outcome) => {
      const { state, caseId, teamId } = outcome.row;
      const written = await store.write(outcome);
      reach(stepAfter(outcome, state, caseId), teamId);
      return written;
    },
  });
}

function stepAfter({ next, wasLookedUp }: Outcome, before: string, caseBefore: string | null): string {
  if (before === 'needs-attention') return stepOfResolving(next);
  if (next.state === 'needs-attention') return 'attention-raised';
  if (next.statusReason === 'rejected') return 'rejected';
  if (caseBefore === null && next.caseId !== null) return wasLookedUp ? 'adopted' : 'stored';
  if (before === 'ordering' && next.state === 'requested') return wasLookedUp ? 'found-nowhere' : 'not-made';
  return before === 'ordering' && next.state === 'ordering' ? 'not-found-yet' : 'other';
}

/** What a person said of a check was written: the case they named, and after its reading the check that has it; or at once what they decided. */
function stepOfResolving({ caseId, state, resolution }: Outcome['next']): string {
  if (caseId !== null) return 'person-adopted';
  if (state === 'needs-attention') return resolution === null ? 'other' : 'person-named';
  return state === 'requested' ? 'person-ordered' : 'person-dropped';
}

function publisher(producer: EventProducer): EventProducer {
  return over(producer, {
    publish: async (...[topic, event, context]: Parameters<EventProducer['publish']>) => {
      const { teamId } = event as { teamId: string };
      const isAsk = topic.name === TOPICS.commands.name;
      reach(isAsk ? 'asking-look' : 'publishing', teamId);
      await producer.publish(topic, event, context);
      reach(isAsk ? 'look-asked' : 'published', teamId);
    },
  });
}

/** The same object with some methods of ours. */
function over<Whole extends object>(whole: Whole, methods: Partial<Record<keyof Whole, unknown>>): Whole {
  return new Proxy(whole, {
    get: (target, name) => {
      const own = methods[name as keyof Whole];
      if (own) return own;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
}

const seams: Seams = { certn, checks, publisher, silenceMs: 3000 };
void runService({ name: 'dispatcher', config: DispatcherConfig, build: (context) => buildDispatcher(context, seams) });
