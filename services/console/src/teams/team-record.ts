import type { TeamSettings } from '@lever-certn/events/team-settings';

/** What may be shown of a key that was saved. */
export interface KeyMark {
  setAt: string;
  /** Its last four characters; `null` of one so short that they would tell too much. */
  endsIn: string | null;
}

/** What the console remembers of a team beside its settings. */
export interface TeamNotes {
  leverKey?: KeyMark;
  certnKey?: KeyMark;
  /** By secret id: what it ends in. */
  secrets: Record<string, string | null>;
  /** The stage that `activeSince` belongs to. */
  activeStageId?: string;
  /** When the integration was last disabled. */
  pausedAt?: string;
}

/** A team as its row has it. */
export interface TeamRecord {
  settings: TeamSettings;
  notes: TeamNotes;
}

const MIN_CHARACTERS_FOR_MARK = 12;
const MARK_CHARACTERS = 4;

/** The mark of a secret that is saved now. */
export function markOf(secret: string, setAt: string): KeyMark {
  return { setAt, endsIn: secret.length >= MIN_CHARACTERS_FOR_MARK ? secret.slice(-MARK_CHARACTERS) : null };
}
