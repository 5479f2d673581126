import { foldTag } from '@lever-certn/events/check-statuses.rules';
import type { LeverClient } from '@lever-certn/lever/lever.client';
import type { LeverConnection } from '@lever-certn/settings/team';
import type { Turn } from '@lever-certn/reconcile/reconciler';
import { keyRefusal } from '@lever-certn/vendor-http/key-refusal';
import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import type { LeverAnswer } from './look.rules';

/** How long the ids of a stage that is known by name only are taken from the last reading. */
const STAGE_NAMES_FRESH_MS = 300_000;
const MAX_STAGE_NAMES = 1000;

/** Lever's answer as the rules take it; `refusal` is the error behind an answer that refuses the whole key. */
export interface FreshAnswer {
  answer: LeverAnswer;
  refusal?: VendorError;
  /** The id that Lever itself gives the opportunity. */
  leverId?: string;
}

/** Asks Lever what a look needs to know. Failures that are no answer (away, too fast, timeout) are thrown for the reconcile loop. */
export class LeverAnswers {
  private readonly stageIds = new Map<string, { ids: string[]; untilMs: number }>();

  constructor(private readonly client: LeverClient) {}

  /** Reads the opportunity. A 403 is followed by a reading of the stages, which tells a closed opportunity from a closed key. */
  async opportunity(lever: LeverConnection, opportunityId: string, turn: Turn): Promise<FreshAnswer> {
    try {
      const opportunity = await this.client.opportunity(lever.apiKey, opportunityId);
      // The hint's own id makes the check id, so that it is the same on every way that leads here.
      return { answer: { kind: 'opportunity', opportunity: { ...opportunity, id: opportunityId } }, leverId: opportunity.id };
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      switch (error.kind) {
        case 'not-found':
          return { answer: { kind: 'not-found' } };
        case 'rejected':
          return { answer: { kind: 'rejected' } };
        case 'unauthorized':
          return { answer: { kind: 'unauthorized' }, refusal: error };
        case 'forbidden':
          return this.forbidden(lever, turn);
        case 'unavailable':
        case 'rate-limited':
          throw error;
      }
    }
  }

  private async forbidden(lever: LeverConnection, turn: Turn): Promise<FreshAnswer> {
    await turn.token();
    const refusal = await keyRefusal(() => this.client.serverTimeMs(lever.apiKey));
    return refusal
      ? { answer: { kind: 'forbidden', stagesWork: false }, refusal }
      : { answer: { kind: 'forbidden', stagesWork: true } };
  }

  /** The ids of the trigger stage: the one that is set, or of a name all that bear it; empty while none does. */
  async triggerStageIds(lever: LeverConnection, turn: Turn, nowMs: number = Date.now()): Promise<readonly string[]> {
    const stage = lever.triggerStage;
    if (!stage) return [];
    if (stage.id !== undefined) return [stage.id];
    const key = `${lever.account} ${foldTag(stage.name)}`;
    const known = this.stageIds.get(key);
    if (known && known.untilMs > nowMs) return known.ids;
    await turn.token();
    const stages = await this.client.stages(lever.apiKey);
    const ids = stages.filter((candidate) => foldTag(candidate.name) === foldTag(stage.name)).map((candidate) => candidate.id);
    if (this.stageIds.size >= MAX_STAGE_NAMES) this.stageIds.clear();
    if (ids.length > 0) this.stageIds.set(key, { ids, untilMs: nowMs + STAGE_NAMES_FRESH_MS });
    return ids;
  }

  /** One cheap reading, to find out whether a refused key or an unreachable Lever works again. */
  async probe(lever: LeverConnection): Promise<void> {
    await this.client.serverTimeMs(lever.apiKey);
  }
}
