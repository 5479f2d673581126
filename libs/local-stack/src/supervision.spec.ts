import { Supervision, type Supervised } from './supervision';
import { waitUntil } from './wait-until';

class FakeProcess implements Supervised {
  pid = 1;
  starts = 0;
  failsToStart = 0;
  exited!: Promise<unknown>;
  private end!: (exit: unknown) => void;

  constructor() {
    this.live();
  }

  die(exit: object): void {
    this.end(exit);
  }

  start(): Promise<void> {
    this.starts += 1;
    if (this.failsToStart-- > 0) return Promise.reject(new Error('no port'));
    this.pid += 1;
    this.live();
    return Promise.resolve();
  }

  private live(): void {
    this.exited = new Promise((resolve) => (this.end = resolve));
  }
}

describe('supervision', () => {
  const watch = () => {
    const said: string[] = [];
    const pids: number[] = [];
    let recovered = 0;
    const process = new FakeProcess();
    const supervision = new Supervision({
      say: (line) => said.push(line),
      started: (_, { pid }) => pids.push(pid),
      recovered: () => (recovered += 1),
    });
    supervision.watch('dispatcher', process);
    return { said, pids, process, supervision, recovered: () => recovered };
  };

  it('starts a process again that has ended, and says how it ended and that it runs again', async () => {
    const { said, pids, process, recovered, supervision } = watch();
    process.die({ code: 70, signal: null });
    await waitUntil('it runs again', 10_000, () => recovered() === 1);
    supervision.end();
    expect(pids).toEqual([2]);
    expect(said).toEqual(['! dispatcher has ended (exit code 70); starting it again in 1 s', '✓ dispatcher runs again']);
  });

  it('tries again, after a longer pause, what could not be started', async () => {
    const { said, process, recovered, supervision } = watch();
    process.failsToStart = 1;
    process.die({ code: null, signal: 'SIGKILL' });
    await waitUntil('it runs again', 10_000, () => recovered() === 1);
    supervision.end();
    expect(said).toEqual([
      '! dispatcher has ended (killed by SIGKILL); starting it again in 1 s',
      '! dispatcher: no port',
      '! dispatcher has ended (killed by SIGKILL); starting it again in 2 s',
      '✓ dispatcher runs again',
    ]);
  }, 15_000);

  it('leaves alone what ends after it was told that all is meant to end', async () => {
    const { said, process, supervision } = watch();
    supervision.end();
    process.die({ code: 0, signal: null });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(said).toEqual([]);
    expect(process.starts).toBe(0);
  });
});
