import { freePort } from './free-port';
import type { PortClaims } from './port-claims';
import { SERVICE_NAMES, type ServiceName } from './service-process';
import type { StackFolder } from './stack-folder';

/** The ports a stack would like best, since people know them by heart. */
const PREFERRED: Readonly<Record<string, number>> = {
  broker: 19092,
  database: 13306,
  sandbox: 9090,
  ingress: 3000,
  console: 8080,
};
const FIRST_MANAGEMENT_PORT = 9464;

/** The port names of a stack. */
export type PortName = 'broker' | 'database' | ServiceName | `${ServiceName}-management`;

/** A free port for everything in a stack: those of its last run, else the preferred ones, else any. Kept in its folder. */
export async function choosePorts(folder: StackFolder, claims: PortClaims): Promise<Record<PortName, number>> {
  const last = folder.ports();
  const preferred: Record<string, number> = { ...PREFERRED };
  for (const [index, name] of SERVICE_NAMES.entries()) preferred[`${name}-management`] = FIRST_MANAGEMENT_PORT + index;
  const chosen: Record<string, number> = {};
  for (const [name, wish] of Object.entries(preferred)) chosen[name] = await freePort([last[name] ?? wish, wish], claims);
  folder.savePorts(chosen);
  return chosen;
}
