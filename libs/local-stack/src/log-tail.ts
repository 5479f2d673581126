import fs from 'node:fs';

const READ_BYTES = 65_536;
const STACK_FRAME = /^\s+(at |\.\.\. \d+ more)/;

/** The last lines of a log file as a person wants them in an error message: without stack frames, JSON lines as their words. */
export function lastLines(file: string, count = 12): string {
  const lines = tail(file)
    .trimEnd()
    .split('\n')
    .filter((line) => !STACK_FRAME.test(line));
  return lines.slice(-count).map(readable).join('\n');
}

function tail(file: string): string {
  if (!fs.existsSync(file)) return '';
  const { size } = fs.statSync(file);
  const bytes = Buffer.alloc(Math.min(size, READ_BYTES));
  const handle = fs.openSync(file, 'r');
  try {
    fs.readSync(handle, bytes, 0, bytes.length, size - bytes.length);
  } finally {
    fs.closeSync(handle);
  }
  return bytes.toString('utf8');
}

function readable(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const { level, message, problems, err } = JSON.parse(line) as {
      level?: string;
      message?: string;
      problems?: string[];
      err?: { message?: string };
    };
    if (message === undefined) return line;
    return [`${level ?? ''} ${message}`.trim(), err?.message, ...(problems ?? [])].filter(Boolean).join('\n  ');
  } catch {
    return line;
  }
}
