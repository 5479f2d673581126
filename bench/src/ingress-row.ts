import autocannon from 'autocannon';
import type { RowResult } from './flow-rows';
import type { Ground } from './ground';
import { webhookOf } from './load';
import { CpuMeter } from './process-usage';
import { judge } from './targets';

const CONNECTIONS = 100;
const SECONDS = 12;
const WARM_UP_SECONDS = 3;

/** Ingress alone: the other services are stopped, the broker acknowledges every webhook before its 202. Each request is signed anew beforehand. */
export async function ingressRow(ground: Ground, servers: ReadonlyMap<string, number>): Promise<RowResult> {
  await Promise.all(
    ground.system.services.filter(({ name }) => !['ingress', 'sandbox'].includes(name)).map((service) => service.stop()),
  );
  const batches = await ground.candidates(ground.teams.length);
  const prepared = Array.from({ length: 220_000 }, (_, index) => {
    const { team, stageId } = batches[index % batches.length]!;
    const { url, body } = webhookOf(team, `load-${index}`, stageId);
    return { path: url.pathname, body };
  });
  let next = 0;
  const blast = (seconds: number): Promise<autocannon.Result> =>
    autocannon({
      url: ground.outside.description.ingressUrl,
      connections: CONNECTIONS,
      duration: seconds,
      requests: [
        {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          setupRequest: (request) => ({ ...request, ...prepared[next++ % prepared.length]! }),
        },
      ],
    });
  await blast(WARM_UP_SECONDS);
  const { pid } = ground.system.service('ingress');
  const cpu = new CpuMeter(new Map([['ingress', pid], ...servers]));
  cpu.start();
  const result = await blast(SECONDS);
  const used = cpu.read();
  const total = result.requests.total;
  return {
    verdicts: [judge('ingressRate', result.requests.average), judge('ingressP99', result.latency.p99)],
    notes: [
      `${total} requests, ${result.non2xx} not 2xx, ${result.errors} errors; p50 ${result.latency.p50} ms`,
      `CPU ms per webhook: ${Object.entries(used)
        .map(([name, ms]) => `${name} ${(ms / total).toFixed(3)}`)
        .join(', ')}`,
    ],
  };
}
