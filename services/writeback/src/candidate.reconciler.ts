import { BatchFullError } from '@lever-certn/batching/micro-batch';
import { BrokerUnavailableError } from '@lever-certn/kafka/broker-unavailable';
import type { LeverOpportunity } from '@lever-certn/lever/lever-opportunity';
import { PERFORM_AS, type LeverClient } from '@lever-certn/lever/lever.client';
import { PAUSED } from '@lever-certn/reconcile/due-table';
import type { Next, Turn } from '@lever-certn/reconcile/reconciler';
import { inSpan } from '@lever-certn/service/tracing';
import type { SettingsView } from '@lever-certn/settings/settings-view';
import type { LeverConnection, Team } from '@lever-certn/settings/team';
import { keyRefusal } from '@lever-certn/vendor-http/key-refusal';
import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import type { CandidateRow } from './candidate-row';
import { hasReportLink, reportLink, tagChange, tagColumn } from './candidate.rules';
import type { CandidateSettlement, CandidateStore, CURABLE_REASONS } from './candidates.store';
import type { WritebackTeller } from './writeback-teller';

const PAUSED_MS = 60_000;
const BROKER_AWAY_MS = 1000;
/** A key's permissions never change, and a cure in the settings makes the row due at once: this is only for what else may cure it. */
const NOT_ALLOWED_MS = 1_800_000;

type WorkableTeam = Team & { lever: LeverConnection };
type CurableReason = (typeof CURABLE_REASONS)[number];

/** How far the writing of one turn came. */
interface Writing {
  row: CandidateRow;
  team: WorkableTeam;
  turn: Turn;
  /** The tag that is wanted; empty for none of ours. */
  wanted: string;
  wrote: boolean;
}

/** What was seen of an opportunity last. */
type Seen = Pick<LeverOpportunity, 'tags' | 'links'>;

/** How the writing ended. */
type Written =
  | { kind: 'written'; linksWritten: string[] }
  /** Something newer was recorded, or another process worked the row. */
  | { kind: 'outdated' }
  | { kind: 'refused'; step: 'tag' | 'link'; reason: CurableReason }
  /** Only this opportunity is closed to the key. */
  | { kind: 'confidential' }
  | { kind: 'gone' };

/**
 * Arrives: a row of `candidates` that is due. It reads the opportunity from Lever, adds the wanted tag, removes every other one of ours, adds the links
 * that are missing, and tells what it did.
 * Twice, or dead in the middle: every turn begins with reading what is there, so that nothing is written twice; the lines have the same ids.
 * What was written by a process whose row had moved on meanwhile is looked at once more, so that the newest check has the last word.
 */
export class CandidateReconciler {
  constructor(
    private readonly candidates: CandidateStore,
    private readonly settings: SettingsView,
    private readonly lever: LeverClient,
    private readonly teller: WritebackTeller,
    /** Without a slash at its end. */
    private readonly consoleUrl: string,
  ) {}

  /** Why a row waits without being worked. */
  paused(row: CandidateRow): string | null {
    const team = this.settings.team(row.teamId);
    if (!team?.lever) return 'settings-unknown';
    return team.enabled ? null : 'disabled';
  }

  work(row: CandidateRow, turn: Turn): Promise<Next> {
    return inSpan('write back', { traceparent: row.traceparent ?? undefined }, () => this.bringAbout(row, turn));
  }

  /** One cheap reading, to find out whether a refused key or an unreachable Lever works again. */
  async probe(account: string): Promise<void> {
    const lever = this.settings.teamsOfAccount('lever', account).find((team) => team.enabled)?.lever;
    if (lever) await this.lever.serverTimeMs(lever.apiKey);
  }

  private async bringAbout(row: CandidateRow, turn: Turn): Promise<Next> {
    const paused = this.paused(row);
    if (paused) return { kind: 'again', inMs: PAUSED_MS, reason: PAUSED + paused };
    const team = this.settings.team(row.teamId) as WorkableTeam;
    if (row.account !== team.lever.account) {
      await this.candidates.repoint(team.teamId, team.lever.account);
      return { kind: 'settled' };
    }
    const wanted = row.facts === null ? '' : tagColumn(row.facts, team.tagProfile);
    const writing: Writing = { row, team, turn, wanted, wrote: false };
    if (row.facts === null) return this.settle(writing, {});
    try {
      return await this.conclude(writing, await this.writeBack(writing));
    } catch (error) {
      if (writing.wrote) await this.candidates.lookAgainIfMoved(row);
      if (error instanceof BrokerUnavailableError || error instanceof BatchFullError)
        return { kind: 'again', inMs: BROKER_AWAY_MS, reason: 'broker-away' };
      throw error;
    }
  }

  private async writeBack(writing: Writing): Promise<Written> {
    const { row, team } = writing;
    const { apiKey, performAs } = team.lever;
    const wanted = writing.wanted === '' ? null : writing.wanted;
    const id = row.opportunityId;
    const read = await this.read(writing);
    if ('kind' in read) return read;
    let seen: Seen = read;
    const { add } = tagChange(seen.tags, wanted);
    if (add !== null) {
      const added = await this.change(writing, 'tag', () => this.lever.addTags(apiKey, id, [add], performAs));
      if (added.kind !== 'changed') return added;
      // Lever's answer to the write is fresher than the reading, which may also have lacked the tags.
      seen = added.answer ?? seen;
    }
    const { remove } = tagChange(seen.tags, wanted);
    if (remove.length > 0) {
      const removed = await this.change(writing, 'tag', () => this.lever.removeTags(apiKey, id, remove, performAs));
      if (removed.kind !== 'changed') return removed;
    }
    const unwritten = row.linksWanted.filter((checkId) => !row.linksWritten.includes(checkId));
    const links = unwritten.filter((checkId) => !hasReportLink(seen.links, checkId)).map((checkId) => this.linkOf(checkId));
    if (links.length > 0) {
      const linked = await this.change(writing, 'link', () => this.lever.addLinks(apiKey, id, links, performAs));
      if (linked.kind !== 'changed') return linked;
    }
    return { kind: 'written', linksWritten: [...row.linksWritten, ...unwritten] };
  }

  private async read({ row, team, turn }: Writing): Promise<LeverOpportunity | Exclude<Written, { kind: 'written' }>> {
    try {
      const opportunity = await this.lever.opportunity(team.lever.apiKey, row.opportunityId);
      return opportunity.isAnonymized ? { kind: 'gone' } : opportunity;
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      if (error.kind === 'not-found') return { kind: 'gone' };
      if (error.kind === 'rejected') return { kind: 'refused', step: 'tag', reason: 'rejected' };
      if (error.kind !== 'forbidden') throw error;
      await this.throwIfKeyRefused(team, turn);
      return { kind: 'confidential' };
    }
  }

  /** One write, right after the row was found to say still the same. Answers how the turn ends, or what Lever said where it goes on. */
  private async change(
    writing: Writing,
    step: 'tag' | 'link',
    call: () => Promise<Seen | null>,
  ): Promise<Exclude<Written, { kind: 'written' }> | { kind: 'changed'; answer: Seen | null }> {
    const { row, team, turn } = writing;
    await turn.token();
    if (!(await this.candidates.isCurrent(row))) return { kind: 'outdated' };
    writing.wrote = true;
    try {
      const answer = await call();
      return { kind: 'changed', answer: answer && answer.tags.length > 0 ? answer : null };
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      if (error.kind === 'not-found') return { kind: 'gone' };
      if (error.kind === 'rejected')
        return { kind: 'refused', step, reason: error.code === PERFORM_AS ? 'perform-as' : 'rejected' };
      if (error.kind !== 'forbidden') throw error;
      await this.throwIfKeyRefused(team, turn);
      return { kind: 'refused', step, reason: 'not-allowed' };
    }
  }

  private async throwIfKeyRefused(team: WorkableTeam, turn: Turn): Promise<void> {
    await turn.token();
    const refusal = await keyRefusal(() => this.lever.serverTimeMs(team.lever.apiKey));
    if (refusal) throw refusal;
  }

  private async conclude(writing: Writing, written: Written): Promise<Next> {
    const { row, wanted } = writing;
    switch (written.kind) {
      case 'outdated':
        if (writing.wrote) await this.candidates.lookAgainIfMoved(row);
        return { kind: 'again', inMs: 0, reason: 'newer-status' };
      case 'gone':
        return this.settle(writing, { reason: 'gone' });
      case 'confidential':
        await this.teller.failed(row, 'tag', 'confidential', null);
        return this.settle(writing, { reason: 'confidential' });
      case 'refused':
        await this.teller.failed(row, written.step, written.reason, NOT_ALLOWED_MS);
        return this.settle(writing, { reason: written.reason, dueInMs: NOT_ALLOWED_MS });
      case 'written': {
        const links = written.linksWritten.filter((checkId) => !row.linksWritten.includes(checkId));
        await this.teller.done(row, row.writtenTag === wanted ? null : wanted, links);
        return this.settle(writing, { writtenTag: wanted, linksWritten: written.linksWritten });
      }
    }
  }

  private async settle(writing: Writing, outcome: Partial<CandidateSettlement>): Promise<Next> {
    const { row, team, wrote } = writing;
    const { writtenTag, linksWritten } = row;
    const unchanged = { writtenTag, linksWritten, reason: null, dueInMs: null };
    await this.candidates.settle({ row, profile: team.tagProfile, wrote, ...unchanged, ...outcome });
    return { kind: 'settled', reason: outcome.reason ?? null };
  }

  private linkOf(checkId: string): string {
    return reportLink(this.consoleUrl, checkId);
  }
}
