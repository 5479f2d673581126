import { readFileSync } from 'node:fs';

const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1024;

/** CPU milliseconds a process has used so far, its own and of children it has waited for; from `/proc`, so Linux only. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user, system] = [Number(fields[11]), Number(fields[12])];
  return ((user + system) * 1000) / TICKS_PER_SECOND;
}

/** Resident memory of a process in MiB. */
export function residentMib(pid: number): number {
  const match = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(match?.[1] ?? 0) / KIB_PER_MIB;
}

/** Adds up what processes used between two moments. */
export class CpuMeter {
  private before = new Map<string, number>();

  constructor(private readonly pids: ReadonlyMap<string, number>) {}

  start(): void {
    for (const [name, pid] of this.pids) this.before.set(name, cpuMs(pid));
  }

  /** CPU milliseconds since `start`, by process name. */
  read(): Record<string, number> {
    return Object.fromEntries([...this.pids].map(([name, pid]) => [name, cpuMs(pid) - (this.before.get(name) ?? 0)]));
  }
}

/** Watches the highest resident memory of processes while something runs. */
export class MemoryMeter {
  private readonly highest = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly pids: ReadonlyMap<string, number>,
    private readonly everyMs = 500,
  ) {}

  start(): void {
    const look = (): void => {
      for (const [name, pid] of this.pids) this.highest.set(name, Math.max(this.highest.get(name) ?? 0, residentMib(pid)));
    };
    look();
    this.timer = setInterval(look, this.everyMs);
  }

  /** The highest MiB seen, by process name. */
  stop(): Record<string, number> {
    clearInterval(this.timer);
    return Object.fromEntries(this.highest);
  }
}
