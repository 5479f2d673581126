export const REPORT_STATES = ['asking', 'preparing', 'failed'] as const;
export type ReportState = (typeof REPORT_STATES)[number];

/** The report last asked for of a check. */
export interface ReportRow {
  checkVersion: number;
  fileId: string | null;
  state: ReportState;
  askedMs: number;
}

/** What opening a report does next: have it made, ask whether it is ready, wait for who has it made, or say that it failed. */
export type ReportStep = 'generate' | 'ask' | 'wait' | 'failed';

/** Longest that another click's call to Certn is waited for. */
const ASKING_MS = 30_000;

/** A report is made afresh when the check changed since the last one. A failed one stays failed until a person tries again. */
export function nextStep(row: ReportRow | undefined, checkVersion: number, nowMs: number): ReportStep {
  if (!row || row.checkVersion !== checkVersion) return 'generate';
  switch (row.state) {
    case 'asking':
      return nowMs - row.askedMs < ASKING_MS ? 'wait' : 'generate';
    case 'preparing':
      return row.fileId === null ? 'generate' : 'ask';
    case 'failed':
      return 'failed';
  }
}

/** What Certn says of a report. */
export type ReportAnswer = { kind: 'ready'; url: string } | { kind: 'preparing' } | { kind: 'failed' };

/** Longest that a report may take. */
const PREPARING_MS = 10 * 60_000;
const FAILED = new Set(['FAILED', 'ERROR', 'CANCELLED', 'EXPIRED']);

/** Reads Certn's word for a report. A link is followed only over https, or over http to the stand-in that the installation itself names. */
export function readAnswer(
  file: { status: string; pdfUrl?: string },
  askedMs: number,
  nowMs: number,
  standIn: string | undefined,
): ReportAnswer {
  if (FAILED.has(file.status.toUpperCase())) return { kind: 'failed' };
  if (file.pdfUrl !== undefined && file.pdfUrl !== '')
    return isSafe(file.pdfUrl, standIn) ? { kind: 'ready', url: file.pdfUrl } : { kind: 'failed' };
  return nowMs - askedMs > PREPARING_MS ? { kind: 'failed' } : { kind: 'preparing' };
}

function isSafe(url: string, standIn: string | undefined): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, origin, username } = new URL(url);
  if (username !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && standIn !== undefined && new URL(standIn).origin === origin);
}

/** Seconds until the page looks again: soon at first, then less often, since every look costs a call. */
export function secondsToNextLook(askedMs: number, nowMs: number): number {
  const ageMs = nowMs - askedMs;
  return ageMs < 10_000 ? 2 : ageMs < 60_000 ? 5 : 15;
}
