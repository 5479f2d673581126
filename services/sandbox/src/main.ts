import { createServer, type Server } from 'node:http';
import { startSandbox } from './sandbox';

/**
 * Environment: PORT (9090), HOST (127.0.0.1), MANAGEMENT_PORT (health beside the API's own `/health/…`, if given), SANDBOX_EMPTY (`true`: no demo accounts),
 * SANDBOX_LEVER_LIMIT and SANDBOX_CERTN_LIMIT (`10/s burst 20`, `60/min 7220/day`; no limit unless given), SANDBOX_PACE_MS (demo cases go on by themselves).
 */
async function main(): Promise<void> {
  const {
    PORT = '9090',
    HOST,
    MANAGEMENT_PORT,
    SANDBOX_EMPTY,
    SANDBOX_LEVER_LIMIT,
    SANDBOX_CERTN_LIMIT,
    SANDBOX_PACE_MS,
  } = process.env;
  const sandbox = await startSandbox({
    port: Number(PORT),
    host: HOST,
    empty: SANDBOX_EMPTY === 'true',
    leverLimit: SANDBOX_LEVER_LIMIT,
    certnLimit: SANDBOX_CERTN_LIMIT,
    paceMs: SANDBOX_PACE_MS ? Number(SANDBOX_PACE_MS) : undefined,
  });
  const management = MANAGEMENT_PORT ? await startHealth(Number(MANAGEMENT_PORT), HOST ?? '127.0.0.1') : undefined;
  process.stdout.write(`sandbox: board at ${sandbox.url}/, Lever at ${sandbox.leverUrl}, Certn at ${sandbox.certnUrl}\n`);
  const stop = (): void => {
    management?.close();
    void sandbox.stop().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function startHealth(port: number, host: string): Promise<Server> {
  const server = createServer((request, response) => {
    const known = request.url?.startsWith('/health/');
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' }).end(known ? '{"status":"ok"}' : '{}');
  });
  return new Promise((resolve, reject) => server.once('error', reject).listen(port, host, () => resolve(server)));
}

main().catch((error: unknown) => {
  process.stderr.write(`sandbox: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(78);
});
