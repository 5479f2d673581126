/** The steps of the Lever Integration, in the order in which one sets it up. */
export const SETTINGS_STEPS = [
  'api-key',
  'webhook',
  'trigger-stage',
  'packages',
  'certn',
  'enable',
  'connection-tests',
  'standing',
] as const;
export type SettingsStep = (typeof SETTINGS_STEPS)[number];

/** What each step is called. */
export const STEP_TITLES: Record<SettingsStep, string> = {
  'api-key': 'Api Key',
  webhook: 'Webhook URL and Webhook Signature',
  'trigger-stage': 'Trigger stage',
  packages: 'Packages',
  certn: 'Certn connection',
  enable: 'Enable Integration',
  'connection-tests': 'Connection tests',
  standing: 'Already in the stage',
};

const STEP_OF_PART: Record<string, SettingsStep> = {
  'lever-key': 'api-key',
  'signature-token': 'webhook',
  'trigger-stage': 'trigger-stage',
  package: 'packages',
  'default-package': 'packages',
  'certn-key': 'certn',
  'certn-webhook-secret': 'certn',
  enabled: 'enable',
  'lever-webhook': 'webhook',
  'certn-challenge': 'certn',
};

/** The step at which a part of the checklist is done. */
export function stepOfPart(part: string): SettingsStep {
  return STEP_OF_PART[part] ?? 'connection-tests';
}

/** The parts of the checklist that are done at a step; none: nothing has to be done there. */
export function partsOfStep(step: SettingsStep): string[] {
  return Object.keys(STEP_OF_PART).filter((part) => STEP_OF_PART[part] === step);
}

/** A step as the address of the page names it. */
export function stepOf(value: unknown): SettingsStep | undefined {
  return SETTINGS_STEPS.find((step) => step === value);
}

/** How a step stands: everything of it done, something to do, or nothing that could be done. */
export function stepState(step: SettingsStep, items: readonly { part: string; done: boolean }[]): 'done' | 'to-do' | 'none' {
  const parts = partsOfStep(step);
  const own = items.filter(({ part }) => parts.includes(part));
  if (own.length === 0) return 'none';
  return own.every(({ done }) => done) ? 'done' : 'to-do';
}

/** The step to begin with: the first with something to do. */
export function firstStep(items: readonly { part: string; done: boolean }[]): SettingsStep {
  return SETTINGS_STEPS.find((step) => stepState(step, items) === 'to-do') ?? 'connection-tests';
}
