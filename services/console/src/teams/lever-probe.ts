import { Injectable } from '@nestjs/common';
import { LeverClient, PERFORM_AS, type LeverStage } from '@lever-certn/lever/lever.client';
import { accountFingerprint } from '@lever-certn/sealing/index-key';
import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import { Problem } from '../http/problem';
import { problemOfVendor } from '../http/vendor-problem';
import type { WriteTried } from './permissions.rules';
import { LeverPace } from './vendor-paces';

/** What Lever said of its stages, where it was there to say anything. */
export type StagesAnswer = { reached: true; stages: LeverStage[] } | { reached: false; reason: string; error: VendorError };

/** So many pages of who moved meanwhile are read while a person waits. */
const MAX_MOVED_PAGES = 5;
/** The nil UUID: no opportunity has it. */
const NO_OPPORTUNITY = '00000000-0000-0000-0000-000000000000';

/** Asks Lever what a key may see, at the console's share of the rate. */
@Injectable()
export class LeverProbe {
  constructor(
    private readonly client: LeverClient,
    private readonly pace: LeverPace,
  ) {}

  /** The stages of the account. @throws Problem for a key that is refused or may not read them */
  async stages(apiKey: string): Promise<StagesAnswer> {
    try {
      await this.take(apiKey);
      return { reached: true, stages: await this.client.stages(apiKey) };
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      if (error.kind === 'rate-limited') this.pace.empty(accountFingerprint('lever', apiKey));
      if (isAway(error)) return { reached: false, reason: error.kind, error };
      throw problemOfStages(error);
    }
  }

  /** Lever's time, epoch milliseconds. @throws Problem */
  async clock(apiKey: string): Promise<number> {
    await this.take(apiKey);
    try {
      return (await this.client.serverTimeMs(apiKey)) ?? Date.now();
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      throw isAway(error) ? notReached() : problemOfStages(error);
    }
  }

  /** Whether a key sees one of some opportunities; `unknown` where Lever is away. @throws Problem for a key that may read none */
  async seesOneOf(apiKey: string, ids: readonly string[]): Promise<'yes' | 'no' | 'unknown'> {
    for (const id of ids) {
      try {
        await this.take(apiKey);
        await this.client.opportunity(apiKey, id);
        return 'yes';
      } catch (error) {
        if (!(error instanceof VendorError)) throw error;
        if (isAway(error)) return 'unknown';
        if (error.kind === 'forbidden') throw problemOfVendor(error);
      }
    }
    return ids.length === 0 ? 'unknown' : 'no';
  }

  /** Reads an opportunity, or a page of a stage where none is known; one that is gone is fine. @throws VendorError */
  async readOpportunity(apiKey: string, id: string | undefined, stageId: string | undefined): Promise<void> {
    await this.take(apiKey);
    if (id === undefined) {
      await this.client.opportunityPage(apiKey, stageId ?? 'none', { pageSize: 1 }, null);
      return;
    }
    await this.client.opportunity(apiKey, id).catch((error: unknown) => {
      if (!(error instanceof VendorError) || error.kind !== 'not-found') throw error;
    });
  }

  /** Refuses a key that may not read opportunities, before it is saved; where Lever is away that shows later. @throws Problem `permission-missing` */
  async requireReads(apiKey: string, stageId: string | undefined): Promise<void> {
    try {
      await this.readOpportunity(apiKey, undefined, stageId);
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      if (error.kind === 'forbidden') throw lacks('Read opportunity info', error);
    }
  }

  /**
   * Tries to write a tag and a link to an opportunity that can't exist: it changes nothing whatever Lever answers, and a key without the permission is told
   * apart from one that has it wherever Lever looks at the key first.
   */
  async tryWrites(apiKey: string, performAs: string | undefined): Promise<{ tags: WriteTried; links: WriteTried }> {
    const tags = await this.triedWrite(apiKey, () => this.client.addTags(apiKey, NO_OPPORTUNITY, ['CERTN - Pending'], performAs));
    const links = await this.triedWrite(apiKey, () =>
      this.client.addLinks(apiKey, NO_OPPORTUNITY, ['https://example.com'], performAs),
    );
    return { tags, links };
  }

  private async triedWrite(apiKey: string, write: () => Promise<unknown>): Promise<WriteTried> {
    try {
      await this.take(apiKey);
      await write();
      return 'unknown';
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      if (error.code === PERFORM_AS) return 'perform-as';
      return error.kind === 'forbidden' ? 'forbidden' : error.kind === 'not-found' ? 'not-refused' : 'unknown';
    }
  }

  /** Who stands in a stage since a time; `more`: there are others beyond the limit. @throws VendorError */
  async movedSince(apiKey: string, stageId: string, sinceMs: number): Promise<{ ids: string[]; more: boolean }> {
    const ids: string[] = [];
    const list = this.client.opportunitiesInStage(apiKey, stageId, {
      advancedSinceMs: sinceMs,
      maxPages: MAX_MOVED_PAGES,
      beforePage: () => this.take(apiKey),
    });
    try {
      for await (const { id, stageChanges } of list)
        if (!stageChanges || stageChanges.some((change) => change.toStageId === stageId && change.updatedAtMs >= sinceMs))
          ids.push(id);
      return { ids, more: false };
    } catch (error) {
      if (error instanceof VendorError && error.code === 'page-limit') return { ids, more: true };
      throw error;
    }
  }

  private take(apiKey: string): Promise<void> {
    return this.pace.take(accountFingerprint('lever', apiKey));
  }
}

/** The answer where Lever's clock is needed and Lever is not there. */
export function notReached(): Problem {
  return new Problem('vendor-unavailable', {
    detail: 'Lever can not be reached, and its clock says from when on moves count.',
    cure: 'Try again in a minute; nothing was changed.',
    retryAfterSeconds: 10,
  });
}

function isAway(error: VendorError): boolean {
  return error.kind === 'unavailable' || error.kind === 'rate-limited';
}

function problemOfStages(error: VendorError): Problem {
  return error.kind === 'forbidden' ? lacks('Read stages', error) : problemOfVendor(error);
}

function lacks(permission: string, cause: VendorError): Problem {
  return new Problem(
    'permission-missing',
    {
      detail: `The Lever key lacks “${permission}”.`,
      cure: "A key's permissions can't be changed later: make a new one with read stages, read and write opportunity info, read and write opportunity tags, and write opportunity links.",
      more: { vendor: 'lever', reason: 'forbidden', permission },
    },
    { cause },
  );
}
