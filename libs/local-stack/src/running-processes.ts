import { execFileSync } from 'node:child_process';
import fs from 'node:fs';

/** True if a process has this id, whosever it is. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The command line of a process; undefined if there is none of this id. */
export function commandLine(pid: number): string | undefined {
  const file = `/proc/${pid}/cmdline`;
  try {
    if (fs.existsSync('/proc/self/cmdline')) return fs.readFileSync(file, 'utf8').replaceAll('\0', ' ').trim() || undefined;
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}
