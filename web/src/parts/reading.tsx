import { useState } from 'react';
import { readAgain } from '../api/query-client';
import { LoadingRows, ProblemNotice } from './notices';

/** What of a query is looked at. */
export interface Read {
  data: unknown;
  error: Error | null;
  failureReason: Error | null;
  isPending: boolean;
}

interface ReadingProps {
  /** What the page, or the part, is made of. */
  of: Read | readonly Read[];
  /** How many lines stand in its place until it is there. */
  rows?: number;
}

/** In place of what is still being read: lines to come, or why they don't come, with *Try again*. Nothing once it is there; above what is there, why it may be old. */
export function Reading({ of, rows }: ReadingProps) {
  const reads = [of].flat();
  const error = useFailure(reads);
  if (error) return <ProblemNotice error={error} again={readAgain} isReading />;
  return reads.some(({ isPending }) => isPending) ? <LoadingRows rows={rows} /> : null;
}

/**
 * Why something is not there: from the first try on that failed, and until it is there, so that nothing blinks while it is tried again. Of what is there already, only a failure that lasts counts.
 */
export function useFailure(reads: readonly Read[]): Error | null {
  const [kept, keep] = useState<Error | null>(null);
  const failure = reads.map(failureOf).find((error) => error !== null) ?? null;
  const isWaiting = reads.some(({ isPending }) => isPending);
  const shown = failure ?? (isWaiting ? kept : null);
  if (shown !== kept) keep(shown);
  return shown;
}

function failureOf({ data, error, failureReason }: Read): Error | null {
  return error ?? (data === undefined ? failureReason : null);
}
