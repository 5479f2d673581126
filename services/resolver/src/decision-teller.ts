import { APPLICANT_FIELD, type Applicant, type CheckRequested } from '@lever-certn/events/check-requested';
import { isoTime } from '@lever-certn/events/fields';
import { TOPICS } from '@lever-certn/events/topics';
import type { ActivityLog } from '@lever-certn/kafka/activity-log';
import type { EventProducer } from '@lever-certn/kafka/event-producer';
import type { Keyring } from '@lever-certn/sealing/keyring';
import type { Speech } from './said.rules';

/** What a look's speeches are about. */
export interface SpeechContext {
  teamId: string;
  opportunityId: string;
  settingsVersion: number;
  /** When the facts were read from Lever. */
  factsAt: string;
  /** Whom the candidacy is about, for lines of the timeline; `null` where it may not be told. */
  applicant: Applicant | null;
  traceparent: string | undefined;
}

/** Publishes what a look has to say: `check-requested`, and lines about what ends in no order. */
export class DecisionTeller {
  constructor(
    private readonly producer: EventProducer,
    private readonly activity: ActivityLog,
    private readonly keyring: Keyring,
  ) {}

  /** Resolves when the broker has all of it, in this order. */
  async tell(speeches: readonly Speech[], context: SpeechContext): Promise<void> {
    await Promise.all(
      speeches.map((speech) => (speech.kind === 'line' ? this.line(speech, context) : this.check(speech, context))),
    );
  }

  private check(speech: Exclude<Speech, { kind: 'line' }>, context: SpeechContext): Promise<void> {
    const { teamId, opportunityId, settingsVersion, factsAt, traceparent } = context;
    const { id, checkId, transitionAt, byHand } = speech;
    const event: CheckRequested = {
      teamId,
      opportunityId,
      checkId,
      transitionAt,
      wanted: speech.kind === 'request',
      decidedAt: factsAt,
      settingsVersion,
      ...(byHand ? { commandId: byHand.commandId, by: byHand.by } : {}),
      ...(speech.kind === 'withdrawal' ? { reason: speech.reason } : this.facts(speech, teamId)),
    };
    return this.producer.publish(TOPICS.checkRequested, event, { id, ...(traceparent ? { traceparent } : {}) });
  }

  private facts(speech: Extract<Speech, { kind: 'request' }>, teamId: string): Partial<CheckRequested> {
    const { applicant, checkId, problem, package: chosen } = speech;
    const place = { teamId, recordId: checkId, field: APPLICANT_FIELD };
    return {
      applicant: this.keyring.seal(JSON.stringify(applicant), place),
      ...(problem ? { problem } : {}),
      ...(chosen ? { package: chosen } : {}),
    };
  }

  private line(speech: Extract<Speech, { kind: 'line' }>, context: SpeechContext): Promise<void> {
    const { teamId, opportunityId, applicant } = context;
    const { id, outcome, reason, checkId, transitionAt, inMs } = speech;
    const place = { teamId, recordId: opportunityId, field: APPLICANT_FIELD };
    return this.activity.add(teamId, {
      id,
      at: isoTime(),
      kind: 'decision',
      outcome,
      reason,
      step: 'look',
      opportunityId,
      ...(checkId ? { checkId } : {}),
      ...(transitionAt ? { transitionAt } : {}),
      ...(inMs === undefined ? {} : { nextTryAt: isoTime(Date.now() + inMs) }),
      ...(applicant ? { applicant: this.keyring.seal(JSON.stringify(applicant), place) } : {}),
    });
  }
}
