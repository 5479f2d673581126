import { randomBytes } from 'node:crypto';
import type { Outside } from '../system';

/** Something nobody has used before: a key, a token, a part of an address. */
export const secret = (): string => randomBytes(16).toString('hex');

/** Where a step of the Lever Integration stands. */
export const settingsOf = (teamId: string, step: string): string => `/teams/${teamId}/settings/integrations?step=${step}`;

/** A team with nothing set up, and keys for it in the sandbox. */
export interface BareTeam {
  id: string;
  /** The id of both of its accounts in the sandbox. */
  account: string;
  leverKey: string;
  certnKey: string;
  signatureToken: string;
}

/** Makes accounts in the sandbox, and a team with nothing set up. */
export async function bareTeam(outside: Outside): Promise<BareTeam> {
  const keys = { leverKey: secret(), certnKey: secret(), signatureToken: secret() };
  const { id: account } = await outside.sandbox.post<{ id: string }>('/tenants', keys);
  const { id } = await outside.console.call<{ id: string }>('POST', '/teams', { name: `Team ${account.slice(0, 8)}` });
  return { id, account, ...keys };
}
