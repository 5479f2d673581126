import { ServiceBed } from '@lever-certn/local-stack/service-bed.fixture';
import { TOPICS } from '@lever-certn/events/topics';
import { isoTime } from '@lever-certn/events/fields';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
const cpu = (pid: number) => { const f = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' '); return (Number(f[11]) + Number(f[12])) * 10; };
(async () => {
  const N = Number(process.env.N ?? 3000); const which = process.env.SERVICE ?? 'resolver';
  const bed = await ServiceBed.open();
  await bed.saveTeam();
  const child = spawn(process.execPath, [...(process.env.PROF ? ['--cpu-prof','--cpu-prof-dir=/tmp/rw/prof'] : []), '--max-semi-space-size=16', `/work/main/services/${which}/dist/main.js`], { env: { ...process.env, ...bed.environment, LEVER_LIMIT: '100000/s burst 200000', LOG_LEVEL: process.env.LOG_LEVEL ?? 'info', MANAGEMENT_PORT: '0', HOST: '127.0.0.1' }, stdio: ['ignore', process.env.SHOW ? 'inherit' : 'ignore', 'inherit'] });
  const heard = which === 'resolver' ? await bed.hear(TOPICS.checkRequested) : null;
  await new Promise((r) => setTimeout(r, 6000));
  console.log('rss idle', readFileSync(`/proc/${child.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)![1]);
  const opps = Array.from({ length: N + 200 }, () => bed.enter());
  const send = (o: any) => which === 'resolver'
    ? bed.publish(TOPICS.stageChanged, { teamId: bed.teamId, opportunityId: o.id, toStageId: bed.stage.id, triggeredAt: isoTime(), receivedAt: isoTime() })
    : bed.publish(TOPICS.checkStatusUpdated, { teamId: bed.teamId, opportunityId: o.id, checkId: o.id, transitionAt: bed.enteredAt(o), version: 1, status: 'pending', servicesTotal: 2, servicesDone: 0, reportReady: false, caseId: 'c', occurredAt: isoTime() });
  const doneCount = () => which === 'resolver' ? new Set(heard!.events.map((e) => e.opportunityId)).size : opps.filter((o) => o.tags.length > 0).length;
  await Promise.all(opps.slice(0, 200).map(send));
  while (doneCount() < 200) await new Promise((r) => setTimeout(r, 50));
  await new Promise((r) => setTimeout(r, 500));
  console.log('rss warm', readFileSync(`/proc/${child.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)![1]);
  const c0 = cpu(child.pid!), t0 = Date.now();
  const rest = opps.slice(200);
  for (let i = 0; i < rest.length; i += 500) await Promise.all(rest.slice(i, i + 500).map(send));
  while (doneCount() < N + 200) { if (Date.now() - t0 > 60000) { console.log('timeout', doneCount()); break; } await new Promise((r) => setTimeout(r, 20)); }
  const ms = Date.now() - t0; await new Promise((r) => setTimeout(r, 1000)); const c1 = cpu(child.pid!);
  const rss = readFileSync(`/proc/${child.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)![1];
  console.log(which, { N, ms, perSecond: Math.round(N / ms * 1000), cpuMsPerEvent: (c1 - c0) / N, rssMb: Number(rss) / 1024, calls: bed.sandbox.world.counters.read().routes });
  child.kill('SIGTERM'); await new Promise((r) => child.on('exit', (code) => { console.log('exit', code); r(0); }));
  await bed.close();
})();
