import { Kafka, logLevel } from 'kafkajs';
import { startBroker } from './broker';
import { isAlive } from './running-processes';
import { temporaryFolder } from './temporary-folder.fixture';

const TIMEOUT_MS = 90_000;

describe('a broker of our own', () => {
  const dir = temporaryFolder();

  const withAdmin = async <T>(brokers: string, use: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> => {
    const admin = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    try {
      return await use(admin);
    } finally {
      await admin.disconnect();
    }
  };

  it(
    'keeps address and data through kill -9, stop and a new start in the same folder',
    async () => {
      const broker = await startBroker({ dir: dir() });
      try {
        await withAdmin(broker.brokers, (admin) => admin.createTopics({ topics: [{ topic: 'kept', numPartitions: 2 }] }));
        const { pid, brokers } = broker;
        await broker.kill();
        expect(isAlive(pid)).toBe(false);
        await broker.start();
        expect(broker.brokers).toBe(brokers);
        expect(broker.pid).not.toBe(pid);
        expect(await withAdmin(brokers, (admin) => admin.listTopics())).toContain('kept');
      } finally {
        await broker.stop();
      }
      // Another port, since its own may be taken by now, and another controller port.
      const again = await startBroker({ dir: dir() });
      try {
        expect(await withAdmin(again.brokers, (admin) => admin.listTopics())).toContain('kept');
      } finally {
        await again.kill();
      }
    },
    TIMEOUT_MS,
  );

  it(
    'says why it does not come up',
    async () => {
      const { createServer } = await import('node:net');
      const squatter = createServer();
      const port = await new Promise<number>((resolve) =>
        squatter.listen(0, '127.0.0.1', () => resolve((squatter.address() as { port: number }).port)),
      );
      try {
        await expect(startBroker({ dir: dir(), port })).rejects.toThrow(/did not come up[^]*Address already in use/);
      } finally {
        squatter.close();
      }
    },
    TIMEOUT_MS,
  );
});
