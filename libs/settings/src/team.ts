import type { CertnSettings, LeverSettings, TeamSettings } from '@lever-certn/events/team-settings';
import { SECRET_FIELD } from '@lever-certn/events/team-settings';
import type { Keyring } from '@lever-certn/sealing/keyring';

/** A team's Lever connection with its secrets opened. In memory only. */
export type LeverConnection = Omit<LeverSettings, 'apiKey' | 'signatureTokens'> & { apiKey: string; signatureTokens: string[] };

/** A team's Certn connection with its secrets opened. In memory only. */
export type CertnConnection = Omit<CertnSettings, 'apiKey' | 'webhookSecrets'> & { apiKey: string; webhookSecrets: string[] };

/** A team's settings with its secrets opened. In memory only: never logged, never sent. */
export type Team = Omit<TeamSettings, 'lever' | 'certn'> & { lever?: LeverConnection; certn?: CertnConnection };

/** Opens the secrets of a team's settings. @throws SealError when one of them can't be opened. */
export function openTeam(settings: TeamSettings, keyring: Keyring): Team {
  const { lever, certn, ...rest } = settings;
  const open = (recordId: string, envelope: string): string =>
    keyring.open(envelope, { teamId: settings.teamId, recordId, field: SECRET_FIELD });
  return {
    ...rest,
    ...(lever
      ? {
          lever: {
            ...lever,
            apiKey: open('lever', lever.apiKey),
            signatureTokens: lever.signatureTokens.map((token) => open(token.id, token.value)),
          },
        }
      : {}),
    ...(certn
      ? {
          certn: {
            ...certn,
            apiKey: open('certn', certn.apiKey),
            webhookSecrets: certn.webhookSecrets.map((secret) => open(secret.id, secret.value)),
          },
        }
      : {}),
  };
}
