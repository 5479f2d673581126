import { configOf } from '@lever-certn/config/config-parts';
import { Text, WholeNumber } from '@lever-certn/config/setting';
import { SealingConfig, ServiceConfig } from './config';
import { runService, StartRefusedError } from './run-service';
import { inSpan } from './tracing';

/** A service for the specs of the bootstrap: `DOES` says what happens to it. */
class FixtureConfig extends configOf(ServiceConfig, SealingConfig) {
  @Text('What happens.')
  DOES: string = 'run';

  @WholeNumber('How long stopping takes.', 0, 60_000)
  STOP_TAKES_MS: number = 50;
}

/** A trace that came with a request. */
const PARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const PLANTED = 'jane@example.com';

/** Like the errors of drivers and of JSON.parse: full of data. */
function dataBearing(): Error {
  return Object.assign(new SyntaxError(`Unexpected token in "${PLANTED}"`), { sql: `INSERT ${PLANTED}`, code: 'ER_DUP' });
}

void runService({
  name: 'fixture',
  config: FixtureConfig,
  build: async ({ config, log, work, onFatal }) => {
    log.info({ email: PLANTED, deep: { password: PLANTED }, headers: { cookie: PLANTED }, err: dataBearing() }, 'building');
    work.settled({ unit: 'message', name: 'fixture-topic', outcome: 'recorded', durationMs: 3, teamId: 'team-1' });
    if (config.DOES === 'refuse') throw new StartRefusedError(['topic "stage-changed" is missing: run npm run topics:apply']);
    if (config.DOES === 'throw') throw new Error('the build failed');
    if (config.DOES === 'build-slowly') await new Promise((resolve) => setTimeout(resolve, 60_000));
    if (config.DOES === 'trace')
      await inSpan(
        'outer',
        { traceparent: PARENT, kind: 'server', attributes: { 'http.route': '/webhooks/:id' } },
        async (traceparent) => {
          await inSpan('inner', {}, () => Promise.reject(dataBearing())).catch(() => undefined);
          log.info({ traceparent }, 'traced');
        },
      );
    const later = (what: () => void): void => void setTimeout(what, 50);
    if (config.DOES === 'uncaught')
      later(() => {
        throw dataBearing();
      });
    if (config.DOES === 'unhandled') later(() => void Promise.reject(dataBearing()));
    if (config.DOES === 'fatal') later(() => onFatal(new Error('the consumer crashed')));
    return {
      ready: () => (config.DOES === 'not-ready' ? { ok: false, reasons: ['database away'] } : { ok: true, reasons: [] }),
      stop: () => new Promise((resolve) => setTimeout(resolve, config.STOP_TAKES_MS)),
    };
  },
});
