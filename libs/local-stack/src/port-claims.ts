import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isAlive } from './running-processes';

/** Shared by all checkouts of a user, since their ports are. */
export const CLAIMS = path.join(os.tmpdir(), `lever-certn-ports-${process.getuid?.() ?? 'user'}`);

/**
 * Ports that are chosen but on which nobody listens yet, so that whoever chooses at the same moment, in this process or another, chooses others: a file per
 * port, which holds the id of the process that claims it and counts only while that runs.
 */
export class PortClaims {
  private readonly claimed = new Set<number>();

  constructor(private readonly folder = CLAIMS) {}

  /** False: it is claimed already, by this process or by another that lives. */
  claim(port: number): boolean {
    fs.mkdirSync(this.folder, { recursive: true });
    for (let tries = 0; tries < 2; tries += 1) {
      try {
        fs.writeFileSync(this.file(port), String(process.pid), { flag: 'wx' });
        this.claimed.add(port);
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        if (this.ownerIsAlive(port)) return false;
        fs.rmSync(this.file(port), { force: true });
      }
    }
    return false;
  }

  /** Lets go of all. */
  release(): void {
    for (const port of this.claimed) fs.rmSync(this.file(port), { force: true });
    this.claimed.clear();
  }

  private ownerIsAlive(port: number): boolean {
    try {
      const pid = Number(fs.readFileSync(this.file(port), 'utf8'));
      // An empty file is being written at this moment.
      return pid === 0 || isAlive(pid);
    } catch {
      return false;
    }
  }

  private file(port: number): string {
    return path.join(this.folder, String(port));
  }
}
