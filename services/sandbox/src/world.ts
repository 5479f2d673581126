import { EventEmitter } from 'node:events';
import { randomBytes } from 'node:crypto';
import { signCertn } from '@lever-certn/certn/certn-signature';
import { signLever } from '@lever-certn/lever/lever-signature';
import { nextStep, CaseProgress } from './certn/case-progress';
import { CertnAccount, type Case, type CertnCheck, type CertnEvent } from './certn/certn-account';
import { Counters } from './counters';
import { Faults } from './faults';
import { LeverAccount, type LeverKey, type LeverWebhook, type Opportunity, type Stage } from './lever/lever-account';
import type { RateLimit } from './rate-limit';
import { WebhookSender } from './webhook-sender';

export const STAGE_CHANGE = 'candidateStageChange';

/** A move of an opportunity, and what of it Lever tells. */
export interface Move {
  /** Sends the webhook; true unless given. */
  webhook?: boolean;
  /** When, by Lever's clock; now unless given. */
  at?: number;
}

/** Everything both vendors know and do. One per sandbox process; `reset` makes it new. */
export class World {
  readonly faults = new Faults();
  readonly counters = new Counters();
  /** Emits `change` with the noun of what changed, for the board. */
  readonly changes = new EventEmitter().setMaxListeners(0);
  readonly sender = new WebhookSender(this.faults, () => this.changed('delivery'));
  readonly progress = new CaseProgress((about, event, check) => this.announceCase(about, event, check));
  readonly leverAccounts = new Map<string, LeverAccount>();
  readonly certnAccounts = new Map<string, CertnAccount>();
  leverLimit: RateLimit | null = null;
  certnLimit: RateLimit | null = null;
  /** Waited before every answer of a vendor. */
  readonly latencyMs = { lever: 0, certn: 0 };
  /** By the whole `Authorization` header, so that the hot path decodes nothing. */
  private readonly leverKeys = new Map<string, { account: LeverAccount; key: LeverKey }>();
  private readonly paceTimers = new Set<NodeJS.Timeout>();

  addLeverAccount(id: string, name: string): LeverAccount {
    const account = new LeverAccount(id, name);
    account.limit = this.leverLimit;
    this.leverAccounts.set(id, account);
    return account;
  }

  addCertnAccount(id: string, name: string): CertnAccount {
    const account = new CertnAccount(id, name);
    account.setLimit(this.certnLimit);
    this.certnAccounts.set(id, account);
    return account;
  }

  /** Who calls Lever: HTTP Basic, the key as user name, an empty password. */
  leverCaller(authorization: string | undefined): { account: LeverAccount; key: LeverKey } | undefined {
    if (authorization === undefined) return undefined;
    const known = this.leverKeys.get(authorization);
    if (known && known.account.keys.get(known.key.key) === known.key) return known;
    const [scheme, encoded = ''] = authorization.split(' ');
    const [user = '', password] = Buffer.from(encoded, 'base64').toString().split(':');
    if (scheme !== 'Basic' || password !== '') return undefined;
    for (const account of this.leverAccounts.values()) {
      const key = account.keys.get(user);
      if (!key) continue;
      const caller = { account, key };
      this.leverKeys.set(authorization, caller);
      return caller;
    }
    return undefined;
  }

  /** Who calls Certn: `Authorization: Api-Key <key>`. */
  certnCaller(authorization: string | undefined): CertnAccount | undefined {
    if (!authorization?.startsWith('Api-Key ')) return undefined;
    const key = authorization.slice('Api-Key '.length);
    for (const account of this.certnAccounts.values()) if (account.keys.get(key)?.refused === false) return account;
    return undefined;
  }

  /** Moves an opportunity and, unless told not to, lets Lever tell of it. */
  move(account: LeverAccount, opportunity: Opportunity, stage: Stage, { webhook = true, at }: Move = {}): void {
    const fromStageId = account.move(opportunity, stage, at);
    if (webhook) this.announceMove(account, opportunity, fromStageId);
    this.changed('opportunity');
  }

  /** Lever's webhook of a stage change, as it stands now. `toStageId` may be made up. */
  announceMove(account: LeverAccount, opportunity: Opportunity, fromStageId: string, toStageId = opportunity.stageId): void {
    const { id } = opportunity;
    const contactId = opportunity.contact.id;
    this.announceLever(account, STAGE_CHANGE, id, { opportunityId: id, candidateId: id, contactId, toStageId, fromStageId });
  }

  announceLever(account: LeverAccount, event: string, subject: string, data: object): void {
    for (const webhook of account.webhooks) if (webhook.event === event) this.sendLever(account, webhook, subject, data);
  }

  /** Lever's "Verify Connection": a call without an opportunity. */
  verifyConnection(account: LeverAccount, webhook: LeverWebhook): void {
    this.sendLever(account, webhook, webhook.id, undefined);
  }

  /** Orders go on: the applicant is invited (or can't be reached), and then at the account's pace. */
  begin(about: Case): void {
    this.progress.setStatus(about, about.email.startsWith('bounce') ? 'INVITE_UNDELIVERABLE' : 'APPLICANT_INVITED');
    this.keepPace(about);
    this.changed('case');
  }

  /** Lets a case go on by itself, if its account has a pace for what comes next. */
  keepPace(about: Case): void {
    const next = nextStep(about);
    const waitMs = next && (next.by === 'applicant' ? about.account.pace.applicantMs : about.account.pace.servicesMs);
    if (!next || waitMs === null) return;
    const status = about.status;
    const done = doneOf(about);
    const timer = setTimeout(() => {
      this.paceTimers.delete(timer);
      if (about.status !== status || doneOf(about) !== done || !about.account.cases.has(about.id)) return;
      this.progress.take(about, next.step);
      this.keepPace(about);
    }, waitMs);
    this.paceTimers.add(timer);
  }

  announceReport(about: Case): void {
    this.announceCase(about, 'CASE_REPORT_READY');
  }

  changed(what: string): void {
    this.changes.emit('change', what);
  }

  /** Forgets all accounts, faults and counts. */
  reset(): void {
    for (const timer of this.paceTimers) clearTimeout(timer);
    this.paceTimers.clear();
    this.leverAccounts.clear();
    this.certnAccounts.clear();
    this.leverKeys.clear();
    this.faults.clear();
    this.counters.clear();
    this.sender.clear();
    Object.assign(this.latencyMs, { lever: 0, certn: 0 });
    this.changed('all');
  }

  async stop(): Promise<void> {
    for (const timer of this.paceTimers) clearTimeout(timer);
    await this.sender.stop();
  }

  private sendLever(account: LeverAccount, webhook: LeverWebhook, subject: string, data: object | undefined): void {
    const token = randomBytes(24).toString('hex');
    const triggeredAt = account.now();
    const { event, signatureToken, url } = webhook;
    this.sender.send({
      vendor: 'lever',
      account: account.id,
      event,
      subject,
      url,
      build: (forged) => {
        const signature = signLever({ token, triggeredAt }, forged ? 'forged' : signatureToken);
        return { headers: {}, body: JSON.stringify({ event, triggeredAt, token, signature, data }) };
      },
    });
  }

  /** Certn's webhook of a case, or of one of its checks. */
  announceCase(about: Case, event: CertnEvent, check?: CertnCheck): void {
    this.changed('case');
    const webhook = about.account.webhook;
    if (!webhook?.on || !webhook.events.includes(event)) return;
    const subject = check ? check.id : about.id;
    const payload = JSON.stringify({
      [webhook.idField]: randomBytes(16).toString('hex'),
      event_type: event,
      object_id: subject,
      object_type: check ? 'CHECK' : 'CASE',
      case_status: check ? undefined : about.status,
      created: new Date().toISOString(),
    });
    this.sender.send({
      vendor: 'certn',
      account: about.account.id,
      event,
      subject,
      url: webhook.url,
      build: (forged) => ({ headers: { 'x-signature': signCertn(payload, forged ? 'forged' : webhook.secret) }, body: payload }),
    });
  }
}

function doneOf(about: Case): number {
  return about.checks.filter((check) => check.status === 'COMPLETE').length;
}
