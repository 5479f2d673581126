/** A line of a timeline, as far as the next try is told from it. Times are ISO 8601. */
export interface TryLine {
  at: string;
  kind: string;
  outcome: string;
  step: string | null;
  reason: string | null;
  nextTryAt: string | null;
}

/** When something is tried next, and why it waits. */
export interface NextTry {
  at: string;
  why: string;
  step: string | null;
}

const LOOKED = new Set(['requested', 'decision']);
const ASKED_CERTN = new Set(['order', 'lookup', 'read']);

/**
 * The next try of a candidate: of the steps whose last line says when they are tried again, the one that comes first. A later line that shows the step got
 * through takes the try away: a decision that of a look, a status, or that a person must settle it, that of Certn, a write that of the same write.
 */
export function nextTryOf(lines: readonly TryLine[]): NextTry | null {
  const open = new Map<string, NextTry>();
  for (const line of [...lines].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))) {
    if (LOOKED.has(line.kind)) open.delete('look');
    const isSetAside = line.kind === 'problem' && line.outcome === 'raised' && line.reason === 'needs-attention';
    if (line.kind === 'status' || isSetAside) for (const step of ASKED_CERTN) open.delete(step);
    if (line.step !== null && (line.kind === 'done' || line.kind === 'attempt')) open.delete(line.step);
    if (line.nextTryAt !== null) {
      const step = line.step ?? 'look';
      open.set(step, { at: line.nextTryAt, why: line.reason ?? line.outcome, step: line.step });
    }
  }
  return [...open.values()].sort((a, b) => (a.at < b.at ? -1 : 1))[0] ?? null;
}
