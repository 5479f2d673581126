import type { TeamSettings } from '@lever-certn/events/team-settings';
import type { ConnectionTestAnswer } from './answers';
import { PART_CURES, WARNING_CURES } from './team-parts.rules';
import type { TeamNotes } from './team-record';

/** The steps of setting a team up, in the order in which one does them. */
export const CHECKLIST_PARTS = [
  'lever-key',
  'signature-token',
  'trigger-stage',
  'package',
  'default-package',
  'certn-key',
  'certn-webhook-secret',
  'enabled',
  'lever-webhook',
  'certn-challenge',
] as const;
export type ChecklistPart = (typeof CHECKLIST_PARTS)[number];

/** What the list is computed from. */
export interface ChecklistFacts {
  settings: TeamSettings;
  notes: TeamNotes;
  /** The last tests of the saved keys. */
  tests: { lever: ConnectionTestAnswer | null; certn: ConnectionTestAnswer | null };
  arrivals: { leverWebhook: string | null; certnChallenge: string | null };
}

/** One step: whether it is done and since when that is known, else what to do. */
export interface ChecklistStep {
  part: ChecklistPart;
  title: string;
  done: boolean;
  cure: string | null;
  at: string | null;
}

const TITLES: Record<ChecklistPart, string> = {
  'lever-key': 'The Lever Api Key works',
  'signature-token': 'A Webhook Signature is saved',
  'trigger-stage': 'The trigger stage is found in Lever',
  package: 'A package is made',
  'default-package': 'A default package is chosen',
  'certn-key': 'The Certn key works',
  'certn-webhook-secret': "The secret of Certn's webhook is saved",
  enabled: 'The integration is enabled',
  'lever-webhook': 'A first signed webhook of Lever was seen',
  'certn-challenge': "Certn's challenge was answered",
};

const CURES: Record<ChecklistPart, string> = {
  'lever-key': PART_CURES['lever-key'],
  'signature-token': PART_CURES['signature-token'],
  'trigger-stage': PART_CURES['trigger-stage'],
  package: 'Choose Create New Package, give it a name, and choose at least one service.',
  'default-package': PART_CURES['default-package'],
  'certn-key': PART_CURES['certn-key'],
  'certn-webhook-secret': WARNING_CURES['certn-webhook-secret'],
  enabled: 'Switch on Enable Integration.',
  'lever-webhook':
    'In Lever, paste our webhook URL into a webhook for Candidate Stage Change, and move a candidate to another stage.',
  'certn-challenge':
    "In Certn's Client Portal → Integrations, save our webhook URL: Certn then calls it with a challenge, which is answered by itself.",
};

/** The checklist of a team, from what is saved and what was seen; nothing of it is kept. */
export function checklistOf(facts: ChecklistFacts): ChecklistStep[] {
  return CHECKLIST_PARTS.map((part) => {
    const { done, at = null, cure = CURES[part] } = stateOf(part, facts);
    return { part, title: TITLES[part], done, cure: done ? null : cure, at: done ? at : null };
  });
}

interface State {
  done: boolean;
  at?: string | null;
  cure?: string;
}

function stateOf(part: ChecklistPart, { settings, notes, tests, arrivals }: ChecklistFacts): State {
  const { lever, certn, packages } = settings;
  switch (part) {
    case 'lever-key':
      return keyState(lever !== undefined, tests.lever);
    case 'signature-token':
      return { done: (lever?.signatureTokens.length ?? 0) > 0, at: lever?.signatureTokens[0]?.setAt };
    case 'trigger-stage':
      return lever?.triggerStage === undefined ? { done: false } : foundState(tests.lever);
    case 'package':
      return { done: packages.some(({ active }) => active) };
    case 'default-package':
      return { done: packages.some(({ packageId, active }) => active && packageId === settings.defaultPackageId) };
    case 'certn-key':
      return keyState(certn !== undefined, tests.certn, notes.certnKey?.setAt);
    case 'certn-webhook-secret':
      return { done: (certn?.webhookSecrets.length ?? 0) > 0, at: certn?.webhookSecrets[0]?.setAt };
    case 'enabled':
      return { done: settings.enabled, at: settings.activeSince };
    case 'lever-webhook':
      return { done: arrivals.leverWebhook !== null, at: arrivals.leverWebhook };
    case 'certn-challenge':
      return { done: arrivals.certnChallenge !== null, at: arrivals.certnChallenge };
  }
}

function keyState(isSaved: boolean, test: ConnectionTestAnswer | null, at?: string): State {
  if (!isSaved) return { done: false };
  if (test === null) return { done: false, cure: 'The key is saved and was not tested yet: choose Test connection.' };
  const cure = test.permissions.find(({ state }) => state === 'missing')?.cure ?? test.cure ?? 'Test the connection.';
  return { done: test.state === 'ok', at: at ?? test.checkedAt, cure };
}

function foundState(test: ConnectionTestAnswer | null): State {
  const state = test?.triggerStage?.state;
  if (state === 'found') return { done: true, at: test!.checkedAt };
  if (state === 'vanished') return { done: false, cure: WARNING_CURES['trigger-stage-vanished'] };
  return { done: false, cure: 'The stage was not looked for in Lever yet: choose Test connection.' };
}
