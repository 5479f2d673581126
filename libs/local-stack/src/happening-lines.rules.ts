import type { Activity, ActivityLine } from '@lever-certn/events/activity';
import type { CheckRequested } from '@lever-certn/events/check-requested';
import type { CheckStatusUpdated } from '@lever-certn/events/check-status-updated';
import type { StageChanged } from '@lever-certn/events/stage-changed';

/*
 * One line a person enjoys reading per thing that happens. Candidates go by the first characters of their id, as they do in the console: no
 * name and no address is in these events unsealed, and none is opened.
 */

const ID_CHARACTERS = 8;
const VENDOR_NAMES = { lever: 'Lever', certn: 'Certn' } as const;

export function stageChangedLine(event: StageChanged): string {
  return line(event.opportunityId, 'moved in Lever; looking at it');
}

export function checkRequestedLine(event: CheckRequested): string {
  if (!event.wanted) return line(event.opportunityId, `no check is wanted any more: ${words(event.reason)}`);
  if (event.problem)
    return line(event.opportunityId, `a check is owed, but there is something in its way: ${words(event.problem)}`);
  return line(event.opportunityId, `a check is owed: package "${event.package?.name ?? ''}"`);
}

export function checkStatusLine(event: CheckStatusUpdated): string {
  const why = event.reason ? `: ${words(event.reason)}` : '';
  const done = event.servicesTotal > 0 ? `, ${event.servicesDone} of ${event.servicesTotal} services done` : '';
  return line(event.opportunityId, `check is ${event.status}${why}${done}`);
}

/** Undefined for what other lines tell already. */
export function activityLine(event: Activity, happened: ActivityLine): string | undefined {
  const text = activityWords(happened);
  return text && line(happened.opportunityId ?? 'team', text);
}

function activityWords(happened: ActivityLine): string | undefined {
  const why = happened.reason ? `: ${words(happened.reason)}` : '';
  switch (happened.kind) {
    case 'delivery':
      return happened.outcome === 'accepted' ? undefined : `webhook ${words(happened.outcome)}${why}${times(happened.count)}`;
    case 'decision':
      return `no check, ${words(happened.outcome)}${why}`;
    case 'attempt':
      return `${happened.step ?? 'a try'} ${words(happened.outcome)}${why}${nextTry(happened)}`;
    case 'done':
      return doneWords(happened);
    case 'connection':
      return `connection to ${happened.vendor ? VENDOR_NAMES[happened.vendor] : 'a vendor'} is ${happened.outcome}${why}`;
    case 'problem':
      return `problem ${happened.outcome}${why}`;
    case 'sweep':
      return `sweep ${words(happened.outcome)}${why}`;
  }
}

function doneWords(happened: ActivityLine): string | undefined {
  switch (happened.step) {
    case 'order':
      return 'ordered at Certn, which invites the applicant';
    case 'tag':
      return happened.detail ? `tag in Lever: ${happened.detail}` : 'tag removed in Lever';
    case 'link':
      return 'link to the report is in Lever';
    case 'look':
    case 'lookup':
    case 'read':
    case 'sweep':
    case undefined:
      return undefined;
  }
}

function nextTry({ nextTryAt }: ActivityLine): string {
  return nextTryAt ? `; next try at ${nextTryAt.slice(11, 19)} UTC` : '';
}

function times(count: number | undefined): string {
  return count !== undefined && count > 1 ? ` (${count} times)` : '';
}

function line(id: string, text: string): string {
  return `${id.slice(0, ID_CHARACTERS).padEnd(ID_CHARACTERS)}  ${text}`;
}

function words(word: string | undefined): string {
  return (word ?? 'for no reason given').replaceAll('-', ' ');
}
