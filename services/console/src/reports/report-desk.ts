import { Injectable } from '@nestjs/common';
import { CertnClient, type CertnAccess } from '@lever-certn/certn/certn.client';
import { accountFingerprint } from '@lever-certn/sealing/index-key';
import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import type { Check } from '../candidates/candidates.store';
import { ConsoleConfig } from '../config';
import { CertnSetup } from '../teams/certn-setup';
import { TeamsStore } from '../teams/teams.store';
import { CertnPace } from '../teams/vendor-paces';
import { nextStep, readAnswer, secondsToNextLook, type ReportRow } from './report.rules';
import { ReportsStore } from './reports.store';

/** How a report stands. */
export type ReportOutcome =
  | { kind: 'ready'; url: string }
  | { kind: 'preparing'; seconds: number }
  | { kind: 'failed' }
  | { kind: 'not-yet' }
  /** The team's Certn connection does not work. */
  | { kind: 'connection-broken' }
  | { kind: 'certn-away'; seconds: number };

const AWAY_SECONDS = 10;
const BUSY_SECONDS = 8;

/** Has reports made by Certn and finds out where they lie. Each outcome is one step: who waits asks again. */
@Injectable()
export class ReportDesk {
  constructor(
    private readonly config: ConsoleConfig,
    private readonly certn: CertnClient,
    private readonly pace: CertnPace,
    private readonly teams: TeamsStore,
    private readonly setup: CertnSetup,
    private readonly reports: ReportsStore,
  ) {}

  /** Goes one step towards the report of a check. */
  async open(check: Check): Promise<ReportOutcome> {
    if (!check.reportReady || check.caseId === null) return { kind: 'not-yet' };
    const team = await this.teams.read(check.teamId);
    const access = team && this.setup.accessOf(team);
    if (!access) return { kind: 'connection-broken' };
    const row = await this.reports.read(check.checkId);
    const nowMs = Date.now();
    const step = nextStep(row, check.version, nowMs);
    if (step === 'failed') return { kind: 'failed' };
    if (step === 'wait') return { kind: 'preparing', seconds: secondsToNextLook(row!.askedMs, nowMs) };
    if (!this.pace.tryTake(accountFingerprint('certn', access.apiKey))) return { kind: 'preparing', seconds: BUSY_SECONDS };
    try {
      return step === 'generate'
        ? await this.generate(check, check.caseId, access, row, nowMs)
        : await this.ask(check, row!, access, nowMs);
    } catch (error) {
      if (error instanceof VendorError) return this.obstacle(error, access);
      throw error;
    }
  }

  /** A person wants a failed report made again. */
  async again(check: Check): Promise<void> {
    const row = await this.reports.read(check.checkId);
    if (row?.state === 'failed') await this.reports.forget(check.checkId);
  }

  private async generate(
    check: Check,
    caseId: string,
    access: CertnAccess,
    before: ReportRow | undefined,
    nowMs: number,
  ): Promise<ReportOutcome> {
    const preparing: ReportOutcome = { kind: 'preparing', seconds: secondsToNextLook(nowMs, nowMs) };
    if (!(await this.reports.take(check.checkId, check.version, before, nowMs))) return preparing;
    try {
      const { fileId } = await this.certn.generateReport(access, caseId);
      await this.reports.set(check.checkId, 'preparing', fileId);
      return preparing;
    } catch (error) {
      const isRefused = error instanceof VendorError && (error.kind === 'rejected' || error.kind === 'not-found');
      if (!isRefused) await this.reports.forget(check.checkId);
      else await this.reports.set(check.checkId, 'failed', null);
      if (isRefused) return { kind: 'failed' };
      throw error;
    }
  }

  private async ask(check: Check, row: ReportRow, access: CertnAccess, nowMs: number): Promise<ReportOutcome> {
    const answer = await this.answerOf(check, row.fileId!, access, row.askedMs, nowMs);
    switch (answer.kind) {
      case 'ready':
        return answer;
      case 'preparing':
        return { kind: 'preparing', seconds: secondsToNextLook(row.askedMs, nowMs) };
      case 'failed':
        await this.reports.set(check.checkId, 'failed', null);
        return { kind: 'failed' };
    }
  }

  private async answerOf(
    check: Check,
    fileId: string,
    access: CertnAccess,
    askedMs: number,
    nowMs: number,
  ): Promise<ReturnType<typeof readAnswer>> {
    try {
      return readAnswer(await this.certn.reportFile(access, fileId), askedMs, nowMs, this.config.CERTN_API_URL);
    } catch (error) {
      if (!(error instanceof VendorError) || error.kind !== 'not-found') throw error;
      // Certn does not keep files for ever: the next look has it made afresh.
      await this.reports.forget(check.checkId);
      return { kind: 'preparing' };
    }
  }

  private obstacle(error: VendorError, access: CertnAccess): ReportOutcome {
    switch (error.kind) {
      case 'unauthorized':
      case 'forbidden':
        return { kind: 'connection-broken' };
      case 'rate-limited':
        this.pace.empty(accountFingerprint('certn', access.apiKey));
        return { kind: 'certn-away', seconds: AWAY_SECONDS };
      case 'unavailable':
        return { kind: 'certn-away', seconds: AWAY_SECONDS };
      case 'not-found':
      case 'rejected':
        return { kind: 'failed' };
    }
  }
}
