import fs from 'node:fs';
import path from 'node:path';
import { startService, type ServiceProcess } from './service-process';
import { temporaryFolder } from './temporary-folder.fixture';

const TIMEOUT_MS = 60_000;

describe('a service as a process', () => {
  const folder = temporaryFolder();
  let service: ServiceProcess | undefined;
  afterEach(async () => {
    await service?.kill();
    service = undefined;
  });

  const logFile = () => path.join(folder(), 'service.log');

  it(
    'becomes ready on ports of its own, and comes back on the same ones after kill -9',
    async () => {
      service = await startService('sandbox', {}, { logFile: logFile(), mark: '--stack=spec' });
      await service.ready();
      const { pid, url } = service;
      expect(await (await fetch(`${url}/health/ready`)).json()).toBeDefined();
      expect(await service.kill()).toEqual({ code: null, signal: 'SIGKILL' });
      expect(await service.isReady()).toBe(false);
      await service.start();
      await service.ready();
      expect(service.url).toBe(url);
      expect(service.pid).not.toBe(pid);
      expect(await service.stop()).toEqual({ code: 0, signal: null });
    },
    TIMEOUT_MS,
  );

  it(
    'says in its own words why it does not become ready',
    async () => {
      service = await startService('ingress', { KAFKA_BROKERS: 'nonsense', SEALING_KEYS: '' }, { logFile: logFile() });
      const failure = await service.ready().catch((error: Error) => error);
      expect((failure as Error).message).toContain('ingress did not become ready');
      expect((failure as Error).message).toContain('SEALING_KEYS is not set');
      expect(fs.readFileSync(logFile(), 'utf8')).toContain('SEALING_KEYS');
    },
    TIMEOUT_MS,
  );
});
