import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';

/** `consumer-process.fixture.ts` as a process, and what it has printed so far. */
export interface SpawnedConsumer {
  /** The process that runs it; the consumer itself is its child, since a runner stands between. */
  child: ChildProcess;
  output: string;
  /** Of the consumer itself. */
  pid(): number;
  joined(): boolean;
}

export function spawnConsumer(brokers: string, topicPrefix: string, file: string, sessionTimeoutMs: number): SpawnedConsumer {
  const root = path.join(__dirname, '..', '..', '..');
  const program = path.join(__dirname, 'consumer-process.fixture.ts');
  const args = [path.join(root, 'tools', 'run.cjs'), program, topicPrefix, file, String(sessionTimeoutMs)];
  const env = { ...process.env, KAFKA_BROKERS: brokers };
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  const consumer: SpawnedConsumer = {
    child,
    output: '',
    pid: () => Number(/pid (\d+)/.exec(consumer.output)?.[1]),
    joined: () => consumer.output.includes('joined'),
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (consumer.output += text));
  return consumer;
}
