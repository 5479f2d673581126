import { statusTag, type CheckReason, type CheckStatus, type TagProfile } from '@lever-certn/events/check-statuses.rules';
import type { TimelineFact } from '../facts.rules';
import { hasWords, reasonLabel } from './reason-words.rules';
import { verdictWords } from './verdict-words.rules';

/** A line of a timeline as a recruiter reads it. */
export interface LineWords {
  /** What happened, as a sentence without its full stop. */
  title: string;
  /** Why, or what more is known; `null` where the title says all. */
  text: string | null;
}

type Line = Omit<TimelineFact, 'teamId' | 'opportunityId'>;

/** Says a line in plain words. */
export function lineWords(line: Line, profile: TagProfile): LineWords {
  switch (line.kind) {
    case 'delivery':
      return deliveryWords(line);
    case 'command':
      return commandWords(line);
    case 'attempt':
      return attemptWords(line);
    case 'decision':
      return decisionWords(line);
    case 'requested':
      return requestWords(line);
    case 'status':
      return statusWords(line, profile);
    case 'done':
      return doneWords(line);
    case 'problem':
      return {
        title: line.outcome === 'cleared' ? 'Solved' : 'Waits for a person',
        text: joined(reasonLabel(line.reason), coded(line.detail)),
      };
    default:
      return { title: reasonLabel(line.kind), text: joined(reasonLabel(line.reason), line.detail) };
  }
}

const VENDORS: Record<string, string> = { lever: 'Lever', certn: 'Certn' };

function deliveryWords({ vendor, outcome }: Line): LineWords {
  const who = VENDORS[vendor ?? ''] ?? 'A webhook';
  if (outcome === 'accepted')
    return { title: vendor === 'lever' ? 'Lever told of a move' : `${who} told of a change`, text: null };
  if (outcome === 'repeat')
    return { title: `${who} sent the same webhook again`, text: 'It was known already; nothing more was done.' };
  return { title: `A webhook of ${who} came`, text: verdictWords(outcome).label };
}

const SETTLEMENTS: Record<string, string> = {
  case: 'Settled by naming the case',
  order: 'Settled by ordering afresh',
  drop: 'Settled by dropping the check',
};

function commandWords({ outcome, detail }: Line): LineWords {
  switch (outcome) {
    case 'order':
      return { title: 'Ordered by hand', text: detail };
    case 'resolve':
      return { title: SETTLEMENTS[detail ?? ''] ?? 'Settled by hand', text: null };
    case 'look':
      return { title: 'Asked to check again', text: 'Lever is read afresh; what is new of it stands below.' };
    case 'report-opened':
      return { title: 'The report was opened', text: null };
    default:
      return { title: reasonLabel(outcome), text: detail };
  }
}

const TRIES: Record<string, [what: string, whose: string]> = {
  look: ['Reading the candidate', 'Lever'],
  order: ['Ordering the check', 'Certn'],
  lookup: ['Looking for the case', 'Certn'],
  read: ['Reading the case', 'Certn'],
  tag: ['Writing the tag', 'Lever'],
  link: ['Adding the link to the report', 'Lever'],
};

function attemptWords({ step, outcome, reason, detail }: Line): LineWords {
  const [what, whose] = TRIES[step ?? ''] ?? ['A step', 'the other service'];
  const text = joined(reasonOf(reason, whose), detail);
  if (reason === 'no-case-found') return { title: 'Certn has no case yet; it is ordered again', text: null };
  if (step === 'order' && outcome === 'unclear')
    return {
      title: 'It is not clear whether Certn took the order',
      text: joined(text, 'The case is looked up before anything is ordered again'),
    };
  if (step === 'order' && reason === 'rejected')
    return { title: 'Certn refused the order', text: joined(refusalWords(detail), detail) };
  if (outcome === 'waiting' && reason === 'same-email-under-way') return { title: 'The order waits', text };
  return { title: `${what} ${whose === 'Lever' ? 'in' : 'at'} ${whose} did not work yet`, text };
}

/** What Certn refuses, by the field that its answer names. */
const REFUSED: readonly [field: string, words: string][] = [
  ['package:', 'Certn does not know the id of the package: correct it under Packages, and order again'],
  ['check_types_with_arguments:', 'Certn does not take these services or their arguments: correct the package, and order again'],
  ['email_address:', 'Certn does not take the e-mail address: correct it in Lever, and order again'],
];

function refusalWords(detail: string | null): string | null {
  const codes = (detail ?? '').split(/[\s,]+/);
  return REFUSED.find(([field]) => codes.some((code) => code.startsWith(field)))?.[1] ?? null;
}

/** Technical words, like a code of the network, are shown as they are. */
function reasonOf(reason: string | null, whose: string): string | null {
  if (reason === null) return null;
  if (reason === 'unavailable') return `${whose} could not be reached`;
  if (reason === 'rate-limited') return `${whose} asked to wait`;
  return hasWords(reason) ? reasonLabel(reason) : `${whose} could not be reached (${reason})`;
}

function decisionWords({ outcome, reason, source, detail }: Line): LineWords {
  const text = reasonLabel(reason);
  if (outcome === 'ok') return { title: 'The case that a person named was adopted', text: null };
  if (outcome === 'skipped') return { title: 'No check was ordered', text };
  if (outcome === 'waiting') return { title: 'The decision waits', text };
  if (source === 'dispatcher') return { title: 'The case that a person named was not adopted', text: joined(text, detail) };
  return { title: 'It could not be decided whether a check is owed', text };
}

function requestWords({ outcome, reason, detail, by }: Line): LineWords {
  switch (outcome) {
    case 'withdrawn':
      return { title: 'The check is no longer wanted', text: reasonLabel(reason) };
    case 'problem':
      return { title: 'A check is owed, and can not be ordered yet', text: reasonLabel(reason) };
    default:
      return {
        title: by ? 'Decided: order the check, as asked by hand' : 'Decided: order a check',
        text: detail && `Package: ${detail}`,
      };
  }
}

const CASE_WORDS: Record<string, string> = {
  DRAFT: 'The case is a draft',
  CASE_ORDERED: 'The check is ordered at Certn',
  APPLICANT_INVITED: 'Certn has invited the applicant',
  APPLICANT_OPENED: 'The applicant opened the invitation',
  APPLICANT_STARTED: 'The applicant has started',
  APPLICANT_SUBMITTED: 'The applicant has submitted everything',
  IN_PROGRESS: 'Certn is working on the check',
  APPLICANT_ACTION_REQUIRED: 'Certn asks the applicant for something',
  CLIENT_ACTION_REQUIRED: 'Certn asks your team for something',
  IN_DISPUTE: 'The applicant disputes the result',
};

const STATUS_WORDS: Record<string, string> = {
  pending: 'The check is ordered at Certn',
  analyzing: 'Certn is working on the check',
  partial: 'The first results are there',
  complete: 'The check is complete',
  cancelled: 'The check was cancelled',
  error: 'The check ended in an error',
};

function statusWords({ outcome, reason, detail }: Line, profile: TagProfile): LineWords {
  const ofCase = outcome === 'pending' || outcome === 'analyzing' ? CASE_WORDS[detail ?? ''] : undefined;
  const facts = {
    status: outcome as CheckStatus,
    ...(reason ? { reason: reason as CheckReason } : {}),
    ...(detail ? { caseId: 'its', caseStatus: detail } : {}),
  };
  const tag = outcome in STATUS_WORDS ? statusTag(facts, profile) : null;
  return { title: ofCase ?? STATUS_WORDS[outcome] ?? outcome, text: joined(reasonLabel(reason), tag && `Tag: ${tag}`) };
}

function doneWords({ step, outcome, detail }: Line): LineWords {
  if (step === 'link') return { title: 'The link to the report was added in Lever', text: null };
  if (step === 'tag')
    return outcome === 'removed'
      ? { title: 'Our tag was removed in Lever', text: null }
      : { title: 'The tag was written in Lever', text: detail };
  return { title: 'Done', text: detail };
}

/** A detail of a problem is a code of ours, or names a case. */
function coded(detail: string | null): string | null {
  return detail !== null && hasWords(detail) ? reasonLabel(detail) : detail;
}

function joined(...parts: (string | null)[]): string | null {
  const said = parts.filter((part): part is string => part !== null && part !== '');
  return said.length === 0 ? null : said.join(' · ');
}
