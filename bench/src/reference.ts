import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Batch, Ground } from './ground';
import { Sender, webhookOf } from './load';

const ROOT = path.join(__dirname, '..', '..');
const TAG_WITHIN_MS = 30_000;

/** Milliseconds from webhook to tag of the plain process for one team's candidates, at a steady rate. */
export async function referenceTimes(ground: Ground, batch: Batch, perSecond: number): Promise<number[]> {
  const { team } = batch;
  const { sandboxUrl } = ground.outside.description;
  const child = spawn(
    process.execPath,
    ['-C', '@lever-certn/source', '-r', path.join(ROOT, 'tools', 'swc-register.cjs'), path.join(__dirname, 'reference.main.ts')],
    {
      env: {
        ...process.env,
        PORT: '0',
        LEVER_API_URL: `${sandboxUrl}/lever/v1`,
        CERTN_API_URL: `${sandboxUrl}/certn`,
        LEVER_KEY: team.leverKey,
        CERTN_KEY: team.certnKey,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    const { port } = JSON.parse(line) as { port: number };
    await ground.move(batch);
    const sender = new Sender(`http://127.0.0.1:${port}`, 50);
    const sent = await sender.steadily(batch.ids.length, perSecond, (index) => webhookOf(team, batch.ids[index]!, batch.stageId));
    await sender.close();
    const taggedAt = await ground.allTagged([batch], TAG_WITHIN_MS);
    return [...taggedAt].map(([id, at]) => at - sent.sentAt.get(id)!);
  } finally {
    child.kill('SIGTERM');
  }
}
