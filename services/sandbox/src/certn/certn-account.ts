import { randomBytes, randomUUID } from 'node:crypto';
import { Bucket, type RateLimit } from '../rate-limit';

export interface CertnKey {
  key: string;
  /** Answers 401 to everything, as after 365 days. */
  refused: boolean;
}

/** A set of checks made in Certn's portal. */
export interface CertnPackage {
  id: string;
  name: string;
  checks: Record<string, object>;
}

export interface CertnCheck {
  id: string;
  shortId: string;
  type: string;
  status: string;
  score: string | null;
}

export interface Case {
  id: string;
  shortId: string;
  account: CertnAccount;
  email: string;
  createdMs: number;
  modifiedMs: number;
  status: string;
  score: string | null;
  checkTypes: Record<string, object>;
  packageId: string | null;
  group: string | null;
  checks: CertnCheck[];
}

export interface ReportFile {
  id: string;
  case: Case;
  readyAtMs: number;
  failed: boolean;
  announced: boolean;
}

export const CERTN_EVENTS = ['CASE_STATUS_CHANGED', 'CHECK_STATUS_CHANGED', 'CASE_REPORT_READY'] as const;
export type CertnEvent = (typeof CERTN_EVENTS)[number];

export interface CertnWebhook {
  url: string;
  secret: string;
  events: CertnEvent[];
  /** Switched off while the GET challenge was not answered as Certn demands. */
  on: boolean;
  /** The name of the event's own id; both have been seen. */
  idField: 'id' | 'event_id';
}

/** How fast cases go on by themselves; `null` waits for a hand. */
export interface Pace {
  /** Between the steps of the applicant. */
  applicantMs: number | null;
  /** Between the results of the services. */
  servicesMs: number | null;
}

/** An e-mail that Certn sent to an applicant. */
export interface Mail {
  id: string;
  to: string;
  subject: string;
  caseId: string;
  atMs: number;
}

/** What to order. */
export interface NewCase {
  email: string;
  checkTypes: Record<string, object>;
  packageId: string | null;
  group: string | null;
  invite: boolean;
}

/** Letters kept of one account. */
const MAX_MAILS = 10_000;
const REPORT_MS = 400;

/** One Certn account: keys, packages, cases, the applicant's mailbox; all in memory. */
export class CertnAccount {
  readonly keys = new Map<string, CertnKey>();
  readonly groups: { id: string; name: string }[] = [{ id: randomUUID(), name: 'Main' }];
  readonly packages = new Map<string, CertnPackage>();
  /** In order of creation. */
  readonly cases = new Map<string, Case>();
  readonly byEmail = new Map<string, Case[]>();
  readonly reports = new Map<string, ReportFile>();
  readonly mails: Mail[] = [];
  webhook: CertnWebhook | null = null;
  /** What webhooks are signed with, unless they bring their own. */
  webhookSecret = randomBytes(24).toString('hex');
  pace: Pace = { applicantMs: null, servicesMs: null };
  /** How long a new case is missing from lists. */
  searchLagMs = 0;
  /** How long a report takes. */
  reportMs = REPORT_MS;
  reportsFail = false;
  /** Whether a case tells the package it was ordered with; it is open whether Certn does. */
  tellPackage = false;
  limit: RateLimit | null = null;
  bucket: Bucket | null = null;
  private count = 0;

  constructor(
    readonly id: string,
    public name: string,
  ) {}

  addKey(key: string): CertnKey {
    const entry = { key, refused: false };
    this.keys.set(key, entry);
    return entry;
  }

  setLimit(limit: RateLimit | null): void {
    this.limit = limit;
    this.bucket = limit && new Bucket(limit, Date.now());
  }

  addPackage(name: string, checks: Record<string, object>, id: string = randomUUID()): CertnPackage {
    const made = { id, name, checks };
    this.packages.set(id, made);
    return made;
  }

  order(wanted: NewCase): Case {
    this.count += 1;
    const now = Date.now();
    const made: Case = {
      id: randomUUID(),
      shortId: `C${String(this.count).padStart(6, '0')}`,
      account: this,
      email: wanted.email,
      createdMs: now,
      modifiedMs: now,
      status: 'CASE_ORDERED',
      score: null,
      checkTypes: wanted.checkTypes,
      packageId: wanted.packageId,
      group: wanted.group,
      checks: Object.keys(wanted.checkTypes).map((type, index) => ({
        id: randomUUID(),
        shortId: `K${String(this.count).padStart(6, '0')}-${index + 1}`,
        type,
        status: 'AWAITING_APPLICANT_SUBMISSION',
        score: null,
      })),
    };
    this.cases.set(made.id, made);
    const key = made.email.toLowerCase();
    const known = this.byEmail.get(key);
    if (known) known.push(made);
    else this.byEmail.set(key, [made]);
    if (wanted.invite) this.mail(made, 'You are invited to complete your background check');
    return made;
  }

  mail(about: Case, subject: string): void {
    if (this.mails.length >= MAX_MAILS) this.mails.shift();
    this.mails.push({ id: randomUUID(), to: about.email, subject, caseId: about.id, atMs: Date.now() });
  }

  /** Deletes a case, as if it had never been. */
  remove(caseId: string): boolean {
    const gone = this.cases.get(caseId);
    if (!gone) return false;
    const key = gone.email.toLowerCase();
    this.byEmail.set(
      key,
      (this.byEmail.get(key) ?? []).filter((other) => other !== gone),
    );
    return this.cases.delete(caseId);
  }

  addReport(about: Case): ReportFile {
    const file = {
      id: randomUUID(),
      case: about,
      readyAtMs: Date.now() + this.reportMs,
      failed: this.reportsFail,
      announced: false,
    };
    this.reports.set(file.id, file);
    return file;
  }
}
