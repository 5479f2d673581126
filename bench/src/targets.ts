/** One figure of the table of targets: what must be reached, what is aimed at, and how it reads. */
export interface Target {
  row: string;
  figure: string;
  unit: string;
  must: number;
  goal: number;
  /** Whether more is better. */
  more: boolean;
}

const atLeast = (row: string, figure: string, unit: string, must: number, goal: number): Target => ({
  row,
  figure,
  unit,
  must,
  goal,
  more: true,
});
const atMost = (row: string, figure: string, unit: string, must: number, goal: number): Target => ({
  row,
  figure,
  unit,
  must,
  goal,
  more: false,
});

/** The targets, measured on 2 cores with everything on the same machine. */
export const TARGETS = {
  ingressRate: atLeast('ingress alone', 'webhooks', '/s', 8000, 13_000),
  ingressP99: atMost('ingress alone', 'answer p99', 'ms', 30, 30),
  flowRate: atLeast('whole flow, 50 at once, vendors 50 ms', 'webhooks', '/s', 500, 1000),
  steadyAckP99: atMost('100/s', 'answer p99', 'ms', 15, 6),
  steadyTagP50: atMost('100/s', 'webhook to tag p50', 'ms', 40, 15),
  steadyTagP99: atMost('100/s', 'webhook to tag p99', 'ms', 150, 60),
  burstAccepted: atLeast('20,000 at once', 'answered 2xx', '', 20_000, 20_000),
  burstAckP99: atMost('20,000 at once', 'answer p99', 'ms', 200, 100),
  burstLost: atMost('20,000 at once', 'lost', '', 0, 0),
  burstDrain: atLeast('20,000 at once', 'drained', '/s', 500, 1000),
  burstMemory: atMost('20,000 at once', 'most memory added by a service', 'MiB', 150, 150),
  cpuPerWebhook: atMost('saturated', 'CPU per webhook', 'ms', 2.0, 1.2),
  idleMemory: atMost('memory', 'most of a service, idle', 'MiB', 120, 90),
  busyMemory: atMost('memory', 'most of a service at 500/s', 'MiB', 200, 150),
  startToTag: atMost('npm start', 'to the first tag', 's', 20, 10),
} as const satisfies Record<string, Target>;

export type TargetName = keyof typeof TARGETS;

/** A measured figure against its target. */
export interface Verdict extends Target {
  value: number;
  verdict: 'goal' | 'must' | 'missed';
}

/** Holds a figure against its target. */
export function judge(name: TargetName, value: number): Verdict {
  const target: Target = TARGETS[name];
  const reaches = (limit: number): boolean => (target.more ? value >= limit : value <= limit);
  return { ...target, value, verdict: reaches(target.goal) ? 'goal' : reaches(target.must) ? 'must' : 'missed' };
}
