import type { SettingsStep } from '../settings/steps.rules';

/** How a warning of a team is shown, and where it is cured. */
export interface WarningWords {
  title: string;
  /** Nothing, or something important, goes on until it is cured. */
  stops: boolean;
  step: SettingsStep;
}

const WORDS: Record<string, WarningWords> = {
  'trigger-stage-vanished': { title: 'The trigger stage is no longer in Lever', stops: true, step: 'trigger-stage' },
  'lever-broken': { title: 'The connection to Lever is broken', stops: true, step: 'api-key' },
  'certn-broken': { title: 'The connection to Certn is broken', stops: true, step: 'certn' },
  'certn-key-expired': { title: "The Certn key's end has passed", stops: true, step: 'certn' },
  'certn-key-expires': { title: 'The Certn key ends soon', stops: false, step: 'certn' },
  'certn-webhook-secret': { title: "The secret of Certn's webhook is missing", stops: false, step: 'certn' },
};

/** The words of a warning; one that is not known here is shown all the same. */
export function warningWords(part: string): WarningWords {
  return WORDS[part] ?? { title: 'Something in the settings wants doing', stops: false, step: 'connection-tests' };
}
