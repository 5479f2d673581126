import { pino } from 'pino';
import { Registry } from 'prom-client';
import { WorkLog, type WorkLine } from './work-log';

function workLog(): { work: WorkLog; registry: Registry; lines: { level: number; outcome: string }[] } {
  const lines: { level: number; outcome: string }[] = [];
  const registry = new Registry();
  const log = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as (typeof lines)[number]) });
  return { work: new WorkLog(log, registry), registry, lines };
}

const LINE: WorkLine = { unit: 'row', name: 'orders', outcome: 'ordered', durationMs: 12 };

describe('the work log', () => {
  it('writes one line and counts once per unit, by outcome and reason', async () => {
    const { work, registry, lines } = workLog();
    work.settled(LINE);
    work.settled(LINE);
    work.settled({ ...LINE, outcome: 'again', reason: 'rate-limited' });
    expect(lines.map(({ outcome }) => outcome)).toEqual(['ordered', 'ordered', 'again']);
    const metrics = await registry.metrics();
    expect(metrics).toContain('lever_certn_work_seconds_count{unit="row",name="orders",outcome="ordered"} 2');
    expect(metrics).toContain('lever_certn_work_seconds_sum{unit="row",name="orders",outcome="ordered"} 0.024');
    expect(metrics).toContain('lever_certn_work_reasons_total{unit="row",name="orders",outcome="again",reason="rate-limited"} 1');
  });

  it('warns of what a person should see', () => {
    const { work, lines } = workLog();
    for (const outcome of ['ordered', 'failed', 'dead-letter', 'broken', 'refused']) work.settled({ ...LINE, outcome });
    expect(lines.map(({ level }) => level)).toEqual([30, 40, 40, 40, 40]);
  });

  it('counts without a line where lines would be too many', async () => {
    const { work, registry, lines } = workLog();
    work.counted(LINE);
    expect(lines).toEqual([]);
    expect(await registry.metrics()).toContain('outcome="ordered"} 1');
  });

  it('keeps its memory when reasons turn out not to be a closed list', async () => {
    const { work, registry } = workLog();
    for (let index = 0; index < 700; index += 1) work.counted({ ...LINE, reason: `reason-${index}` });
    const metrics = await registry.metrics();
    expect(metrics.match(/^lever_certn_work_reasons_total\{/gm)).toHaveLength(501);
    expect(metrics).toContain('name="other",outcome="other",reason="other"} 200');
  });
});
