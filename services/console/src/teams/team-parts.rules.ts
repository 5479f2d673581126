import type { TeamSettings } from '@lever-certn/events/team-settings';

/** Without these the integration can't be enabled. */
export const PARTS = ['lever-key', 'signature-token', 'trigger-stage', 'default-package', 'certn-key'] as const;
export type Part = (typeof PARTS)[number];

/** Things that do not stop the integration and still want doing. */
export const WARNINGS = [
  'trigger-stage-vanished',
  'certn-webhook-secret',
  'certn-key-expires',
  'certn-key-expired',
  'lever-broken',
  'certn-broken',
] as const;
export type Warning = (typeof WARNINGS)[number];

/** Something to do, and how. */
export interface ToDo<Word extends string> {
  part: Word;
  cure: string;
}

/** How each part comes about. */
export const PART_CURES: Record<Part, string> = {
  'lever-key': 'In Lever, Settings → Integrations and API → API credentials, make a key, and save it here as Api Key.',
  'signature-token':
    'In Lever, Settings → Integrations and API → Webhooks, add a webhook for Candidate Stage Change with our webhook URL, and save its signature token here as Webhook Signature.',
  'trigger-stage': 'Choose the Lever stage whose entry starts a check.',
  'default-package': 'Make a package, and in its Action menu choose Make Default.',
  'certn-key': "In Certn's Client Portal → Integrations, make an API key, and save it here.",
};

/** What to do about each warning. */
export const WARNING_CURES: Record<Warning, string> = {
  'trigger-stage-vanished':
    'The trigger stage is no longer in Lever, so no move starts a check: choose another trigger stage, or make it again in Lever.',
  'certn-webhook-secret':
    "Save the secret of Certn's webhook under Certn connection; until then status changes are found by reading cases again, which takes up to an hour.",
  'certn-key-expires':
    "Certn's keys end after 365 days: make a new one in Client Portal → Integrations and save it before the old one ends.",
  'certn-key-expired': 'The saved end of the Certn key has passed: make a new key in Client Portal → Integrations and save it.',
  'lever-broken': 'The connection to Lever is broken: test it to see why.',
  'certn-broken': 'The connection to Certn is broken: test it to see why.',
};

const DAY_MS = 86_400_000;
/** Certn itself writes to its admins 30 days before a key ends. */
const EXPIRES_SOON_DAYS = 30;

/** What is missing before the integration can be enabled, in the order in which one sets it up. */
export function missingParts(settings: TeamSettings): ToDo<Part>[] {
  const there: Record<Part, boolean> = {
    'lever-key': settings.lever !== undefined,
    'signature-token': (settings.lever?.signatureTokens.length ?? 0) > 0,
    'trigger-stage': settings.lever?.triggerStage !== undefined,
    'default-package': settings.packages.some(({ packageId, active }) => active && packageId === settings.defaultPackageId),
    'certn-key': settings.certn !== undefined,
  };
  return PARTS.filter((part) => !there[part]).map((part) => ({ part, cure: PART_CURES[part] }));
}

/** What should be done though the integration works. */
export function warningsOf(
  settings: TeamSettings,
  seen: { broken: readonly ('lever' | 'certn')[]; stageVanished: boolean },
  nowMs: number,
): ToDo<Warning>[] {
  const { broken, stageVanished } = seen;
  const { certn } = settings;
  const endsInMs = certn?.keyExpiresAt === undefined ? Infinity : Date.parse(certn.keyExpiresAt) - nowMs;
  const applies: Record<Warning, boolean> = {
    'trigger-stage-vanished': stageVanished,
    'certn-webhook-secret': certn !== undefined && certn.webhookSecrets.length === 0,
    'certn-key-expires': endsInMs > 0 && endsInMs <= EXPIRES_SOON_DAYS * DAY_MS,
    'certn-key-expired': endsInMs <= 0,
    'lever-broken': broken.includes('lever'),
    'certn-broken': broken.includes('certn'),
  };
  return WARNINGS.filter((warning) => applies[warning]).map((part) => ({ part, cure: WARNING_CURES[part] }));
}
