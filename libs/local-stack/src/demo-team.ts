import { setTimeout as sleep } from 'node:timers/promises';
import { ConsoleApi } from './console-api';
import { SandboxApi } from './sandbox-api';
import { waitUntil } from './wait-until';

/** Where the demo team is made, and who makes it. */
export interface DemoGround {
  consoleUrl: string;
  sandboxUrl: string;
  /** The console's address in links. */
  publicConsoleUrl: string;
  adminEmail: string;
  adminPassword: string;
}

/** The stand-in account that the sandbox starts with; nothing of it is a secret of anybody. */
export const DEMO_ACCOUNT = 'demo';
export const DEMO_STAGE = 'Background Check';
export const TEAM_NAME = 'Demo team';
const CERTN_SECRET = 'demo-certn-secret';
const CHALLENGE_WITHIN_MS = 15_000;

const PACKAGES = [
  { name: 'Standard', services: [{ type: 'IDENTITY_VERIFICATION_1' }, { type: 'CRIMINAL_RECORD_REPORT_1' }] },
  { name: 'Driver', services: [{ type: 'IDENTITY_VERIFICATION_1' }, { type: 'MOTOR_VEHICLE_RECORD_1' }] },
] as const;

interface Team {
  id: string;
  name: string;
  enabled: boolean;
  missing: unknown[];
  lever: { webhookUrl: string };
  certn: { webhookUrl: string };
}

/**
 * Makes a team that is set up for the sandbox, through the console's API as an admin would, and points the sandbox's webhooks at it. A team
 * of an earlier run is left as the people who played with it left it. Resolves when webhooks arrive.
 */
export async function makeDemoTeam(ground: DemoGround): Promise<void> {
  const console = new ConsoleApi(ground.consoleUrl);
  const sandbox = new SandboxApi(ground.sandboxUrl, DEMO_ACCOUNT);
  await console.signIn(ground.adminEmail, ground.adminPassword);
  const [lever, certn] = await Promise.all([sandbox.leverAccount(), sandbox.certnAccount()]);
  const found = await findTeam(console);
  const team = found ?? (await console.post<Team>('/teams', { name: TEAM_NAME, tagProfile: 'classic', shareResults: false }));
  if (team.missing.length > 0) await setUp(console, team, lever.keys[0]!.key, lever.signatureToken, certn.keys[0]!.key);
  await sandbox.setLeverWebhook(team.lever.webhookUrl, lever.signatureToken);
  await waitUntil('the challenge of Certn is answered', CHALLENGE_WITHIN_MS, async () => {
    const { challenge } = await sandbox.setCertnWebhook(team.certn.webhookUrl, CERTN_SECRET);
    return challenge === null;
  });
}

/** The id of the team that `makeDemoTeam` made. Throws if there is none. */
export async function demoTeamId(ground: DemoGround): Promise<string> {
  const console = new ConsoleApi(ground.consoleUrl);
  await console.signIn(ground.adminEmail, ground.adminPassword);
  const team = await findTeam(console);
  if (!team) throw new Error(`there is no "${TEAM_NAME}" in the console: was it renamed?`);
  return team.id;
}

async function findTeam(console: ConsoleApi): Promise<Team | undefined> {
  const { items } = await console.get<{ items: Team[] }>('/teams?limit=200');
  const found = items.find(({ name }) => name === TEAM_NAME);
  return found && console.get<Team>(`/teams/${found.id}`);
}

async function setUp(console: ConsoleApi, team: Team, leverKey: string, signatureToken: string, certnKey: string): Promise<void> {
  const route = `/teams/${team.id}`;
  const stage = { triggerStage: { name: DEMO_STAGE } };
  await console.put(`${route}/lever`, { apiKey: leverKey, signatureTokens: [{ value: signatureToken }], ...stage });
  await console.put(`${route}/certn`, { apiKey: certnKey, region: 'sandbox', webhookSecrets: [{ value: CERTN_SECRET }] });
  const { items } = await console.get<{ items: { id: string; name: string }[] }>(`${route}/packages`);
  for (const wanted of PACKAGES) {
    const made =
      items.find(({ name }) => name === wanted.name) ?? (await console.post<{ id: string }>(`${route}/packages`, wanted));
    if (wanted === PACKAGES[0]) await console.put(`${route}/default-package`, { packageId: made.id });
  }
  const { activeSince } = await console.post<{ activeSince: string }>(`${route}/enable`);
  // Moves count from the next second of Lever's clock on.
  await sleep(Math.max(0, Date.parse(activeSince) - Date.now()));
}
