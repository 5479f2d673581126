import type { CertnClient } from '@lever-certn/certn/certn.client';
import { APPLICANT_FIELD, type Applicant } from '@lever-certn/events/check-requested';
import { isoTime } from '@lever-certn/events/fields';
import type { Keyring } from '@lever-certn/sealing/keyring';
import type { Turn } from '@lever-certn/reconcile/reconciler';
import type { CertnConnection, Team } from '@lever-certn/settings/team';
import type { SettingsView } from '@lever-certn/settings/settings-view';
import { keyRefusal } from '@lever-certn/vendor-http/key-refusal';
import { statusEvent } from './check-event.rules';
import type { CheckRow } from './check-row';
import type { ChecksStore, Outcome } from './checks.store';
import { orderableEmail } from './email.rules';
import { statusEntry } from './status-entry';
import type { Timeline } from './timeline';

/** A team whose checks can be worked now. */
export type WorkableTeam = Team & { certn: CertnConnection };

/** Waits and limits of the dispatcher's work, in milliseconds. */
export interface Timing {
  sendWithinMs: number;
  lookupsMs: readonly number[];
  unclearRetriesMs: readonly number[];
  caseRereadMs: number;
}

/** What every kind of work on a check needs. */
export interface CheckDesk {
  checks: ChecksStore;
  certn: CertnClient;
  settings: Pick<SettingsView, 'team' | 'isAtLeast'>;
  keyring: Keyring;
  timeline: Timeline;
  timing: Timing;
}

/** After a 403: whether Certn refuses the whole key, as {@link keyRefusal} says. Takes a token of reading. @throws VendorError `unauthorized` then */
export async function throwIfKeyRefused(desk: Pick<CheckDesk, 'certn'>, team: WorkableTeam, turn: Turn): Promise<void> {
  await turn.token('read');
  const refusal = await keyRefusal(() => desk.certn.casePage(team.certn, {}, 1, 1));
  if (refusal) throw refusal;
}

/** Why a row waits without costing anything, or `null` where it can be worked. */
export function pausedBy(desk: Pick<CheckDesk, 'settings'>, row: CheckRow): string | null {
  const team = desk.settings.team(row.teamId);
  if (!team || !desk.settings.isAtLeast(row.teamId, row.settingsVersion)) return 'settings-unknown';
  if (!team.enabled) return 'disabled';
  if (!team.certn) return 'no-certn-connection';
  return team.certn.account === row.account ? null : 'account-changing';
}

/** The address a row is ordered for, or `null` where there is none. @throws SealError where it can't be opened */
export function emailOf(desk: Pick<CheckDesk, 'keyring'>, row: CheckRow): string | null {
  if (row.email !== undefined) return row.email;
  if (row.applicant === null) return null;
  const place = { teamId: row.teamId, recordId: row.applicantOf ?? row.id, field: APPLICANT_FIELD };
  const applicant = JSON.parse(desk.keyring.open(row.applicant, place)) as Applicant;
  return orderableEmail(applicant.email);
}

/** Writes a row that others hear of: its version is the next one already. Answers as {@link ChecksStore.write}. */
export function tellStatus(desk: CheckDesk, outcome: Omit<Outcome, 'event'>): Promise<boolean> {
  const { next } = outcome;
  const event = statusEvent(next, isoTime(), desk.settings.team(next.teamId)?.shareResults ?? false);
  return desk.checks.write({ ...outcome, ...(event ? { event: statusEntry(event, next.traceparent) } : {}) });
}
