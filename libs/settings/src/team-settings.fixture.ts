import { isoTime } from '@lever-certn/events/fields';
import { SECRET_FIELD, type SealedSecret, type TeamSettings } from '@lever-certn/events/team-settings';
import type { Keyring } from '@lever-certn/sealing/keyring';

/** What a spec wants to say of a team's secrets. */
export interface FixtureSecrets {
  leverKey?: string;
  signatureTokens?: string[];
  certnKey?: string;
  webhookSecrets?: string[];
}

/** A team's settings as the console publishes them, with secrets sealed by the keyring. */
export function sealedSettings(
  keyring: Keyring,
  changes: Partial<TeamSettings> & { teamId: string },
  {
    leverKey = 'lever-key',
    signatureTokens = ['signature-token'],
    certnKey = 'certn-key',
    webhookSecrets = ['webhook-secret'],
  }: FixtureSecrets = {},
): TeamSettings {
  const { teamId } = changes;
  const seal = (recordId: string, text: string): string => keyring.seal(text, { teamId, recordId, field: SECRET_FIELD });
  const list = (kind: string, values: string[]): SealedSecret[] =>
    values.map((value, index) => ({ id: `${kind}-${index}`, value: seal(`${kind}-${index}`, value), setAt: isoTime() }));
  return {
    version: 1,
    integrationId: `integration-of-${teamId}`,
    name: 'A team',
    enabled: true,
    tagProfile: 'classic',
    shareResults: false,
    lever: {
      account: `lever-${leverKey}`,
      apiKey: seal('lever', leverKey),
      signatureTokens: list('token', signatureTokens),
      triggerStage: { id: 'stage-1', name: 'Background Check' },
    },
    certn: {
      account: `certn-${certnKey}`,
      apiKey: seal('certn', certnKey),
      region: 'ca',
      webhookSecrets: list('secret', webhookSecrets),
    },
    packages: [],
    savedAt: isoTime(),
    ...changes,
  };
}
