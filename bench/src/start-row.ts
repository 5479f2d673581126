import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RowResult } from './flow-rows';
import { judge } from './targets';

const ROOT = path.join(__dirname, '..', '..');
const WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 50;
const ACCOUNT = 'demo';

interface Description {
  ready: boolean;
  processes: { name: string; url?: string }[];
}

/** `npm start` in an empty folder, the jars there already, until the first candidate has its tag. */
export async function startRow(): Promise<RowResult> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'lever-certn-start-'));
  const { KAFKA_BROKERS: _, DATABASE_URL: __, LOCAL_STACK_BUILT: ___, ...env } = process.env;
  const startedAt = Date.now();
  const child = spawn('npm', ['start'], { cwd: ROOT, env: { ...env, STACK_DIR: folder }, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    const sandbox = await readySandbox(path.join(folder, 'stack.json'), startedAt);
    const readyMs = Date.now() - startedAt;
    const control = `${sandbox}/control/lever/accounts/${ACCOUNT}/opportunities`;
    const made = await answerOf<{ id: string }>(control, {
      name: 'First Candidate',
      emails: ['first@example.com'],
      stage: 'Phone screen',
    });
    await answerOf(`${control}/${made.id}/move`, { stage: 'Background Check' });
    while (!(await answerOf<{ tags: string[] }>(`${control}/${made.id}`)).tags.some((tag) => tag.startsWith('CERTN - '))) {
      if (Date.now() - startedAt > WITHIN_MS) throw new Error('npm start did not come to a first tag');
      await sleep(LOOK_EVERY_MS);
    }
    return {
      verdicts: [judge('startToTag', (Date.now() - startedAt) / 1000)],
      notes: [`ready after ${(readyMs / 1000).toFixed(1)} s`],
    };
  } finally {
    child.kill('SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function readySandbox(file: string, startedAt: number): Promise<string> {
  for (;;) {
    if (existsSync(file)) {
      const { ready, processes } = JSON.parse(readFileSync(file, 'utf8')) as Description;
      const url = processes.find(({ name }) => name === 'sandbox')?.url;
      if (ready && url) return url;
    }
    if (Date.now() - startedAt > WITHIN_MS) throw new Error('npm start did not become ready');
    await sleep(LOOK_EVERY_MS);
  }
}

async function answerOf<T>(url: string, body?: object): Promise<T> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(url, body ? post : {});
  if (!answer.ok) throw new Error(`the sandbox answered ${answer.status}`);
  return (await answer.json()) as T;
}
