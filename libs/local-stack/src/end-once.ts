/** A terminal sends Ctrl-C to every process of a command, and npm and our own launcher send it on: what comes within this time is one. */
const SAME_SIGNAL_MS = 1000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Which signal asked us to end, and when it will be the parent's absence. */
export type EndReason = (typeof SIGNALS)[number] | 'orphaned';

/** Exit codes as a shell gives them. */
export const EXIT_OF: Readonly<Record<EndReason, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, orphaned: 129 };

const PARENT_POLL_MS = 500;

/**
 * Calls `end` once, at the first Ctrl-C, SIGTERM or SIGHUP, or when the process that started us is gone (killed, so that no signal came); and
 * `hurry` at a later signal.
 */
export function endOnce(end: (reason: EndReason) => void, hurry: (reason: EndReason) => void): void {
  let firstAt = 0;
  const asked = (reason: EndReason) => {
    if (firstAt === 0) {
      firstAt = Date.now();
      clearInterval(timer);
      end(reason);
    } else if (Date.now() - firstAt > SAME_SIGNAL_MS) hurry(reason);
  };
  const parent = process.ppid;
  const timer = setInterval(() => process.ppid !== parent && asked('orphaned'), PARENT_POLL_MS);
  timer.unref();
  for (const signal of SIGNALS) process.on(signal, () => asked(signal));
}
