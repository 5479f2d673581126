import { randomBytes, randomUUID } from 'node:crypto';
import { Bucket, type RateLimit } from '../rate-limit';

/** What a Lever key may be granted; the first four are what the integration asks for. */
export const LEVER_PERMISSIONS = [
  'opportunities:read',
  'stages:read',
  'tags:write',
  'links:write',
  'opportunities:write',
  'webhooks:write',
  'confidential',
] as const;
export type LeverPermission = (typeof LEVER_PERMISSIONS)[number];
export const GRANTED: readonly LeverPermission[] = ['opportunities:read', 'stages:read', 'tags:write', 'links:write'];

export interface LeverKey {
  key: string;
  permissions: Set<LeverPermission>;
  /** Answers 401 to everything, as after deletion of the key in Lever. */
  refused: boolean;
  bucket: Bucket | null;
}

export interface Stage {
  id: string;
  text: string;
}

/** A person; name, addresses and links are theirs and not the opportunity's. */
export interface Contact {
  id: string;
  name: string | null;
  emails: string[];
  links: string[];
  contactAllowed: boolean;
  isAnonymized: boolean;
}

export interface Opportunity {
  id: string;
  /** Order of creation. */
  seq: number;
  contact: Contact;
  stageId: string;
  stageChanges: { toStageId: string; toStageIndex: number; updatedAt: number; userId: string }[] | null;
  tags: string[];
  archived: { archivedAt: number; reason: string } | null;
  confidential: boolean;
  createdAt: number;
  updatedAt: number;
  lastAdvancedAt: number;
  /** When the first status tag after the last move came, epoch milliseconds with fractions: what load tests measure. */
  taggedAtMs: number | null;
}

export interface LeverWebhook {
  id: string;
  event: string;
  url: string;
  signatureToken: string;
}

/** What a new opportunity may be given; the rest is made up. */
export interface NewOpportunity {
  id?: string;
  name?: string | null;
  emails?: string[];
  stage?: string;
  tags?: string[];
  contactId?: string;
  confidential?: boolean;
  archived?: boolean;
}

const USER_ID = '00000000-0000-4000-8000-000000000001';

/** One Lever account: keys, stages, people, candidacies, webhooks; all in memory. Times are Lever's clock, which may be set apart from ours. */
export class LeverAccount {
  readonly keys = new Map<string, LeverKey>();
  readonly stages: Stage[] = [];
  readonly contacts = new Map<string, Contact>();
  readonly opportunities = new Map<string, Opportunity>();
  readonly webhooks: LeverWebhook[] = [];
  private readonly inStage = new Map<string, Set<Opportunity>>();
  private seq = 0;
  /** Added to our clock. */
  clockOffsetMs = 0;
  /** Whether tag and link writes without `perform_as` are refused; it is open whether Lever does. */
  requirePerformAs = false;
  /** What adding a tag or link that is there already does; it is open what Lever does. */
  duplicates: 'ignore' | 'keep' = 'ignore';
  limit: RateLimit | null = null;
  /** What webhooks made on the settings page are signed with, unless they bring their own. */
  signatureToken = randomBytes(24).toString('hex');

  constructor(
    readonly id: string,
    public name: string,
  ) {}

  now(): number {
    return Date.now() + this.clockOffsetMs;
  }

  addKey(key: string, permissions: readonly LeverPermission[] = GRANTED): LeverKey {
    const entry: LeverKey = { key, permissions: new Set(permissions), refused: false, bucket: null };
    entry.bucket = this.limit && new Bucket(this.limit, Date.now());
    this.keys.set(key, entry);
    return entry;
  }

  setLimit(limit: RateLimit | null): void {
    this.limit = limit;
    for (const key of this.keys.values()) key.bucket = limit && new Bucket(limit, Date.now());
  }

  addStage(text: string, id: string = randomUUID()): Stage {
    const stage = { id, text };
    this.stages.push(stage);
    return stage;
  }

  /** By id, else by name (any case). */
  findStage(idOrText: string): Stage | undefined {
    const folded = idOrText.trim().toLowerCase();
    return (
      this.stages.find((stage) => stage.id === idOrText) ??
      this.stages.find((stage) => stage.text.trim().toLowerCase() === folded)
    );
  }

  add(given: NewOpportunity): Opportunity {
    const now = this.now();
    const stage = given.stage === undefined ? this.stages[0] : this.findStage(given.stage);
    if (!stage) throw new Error(`no such stage: ${given.stage ?? '(the account has none)'}`);
    this.seq += 1;
    const opportunity: Opportunity = {
      id: given.id ?? randomUUID(),
      seq: this.seq,
      contact: this.contactFor(given),
      stageId: stage.id,
      stageChanges: [this.stageChange(stage, now)],
      tags: [...(given.tags ?? [])],
      archived: given.archived ? { archivedAt: now, reason: randomUUID() } : null,
      confidential: given.confidential ?? false,
      createdAt: now,
      updatedAt: now,
      lastAdvancedAt: now,
      taggedAtMs: null,
    };
    this.opportunities.set(opportunity.id, opportunity);
    this.stageSet(stage.id).add(opportunity);
    return opportunity;
  }

  remove(id: string): boolean {
    const opportunity = this.opportunities.get(id);
    if (!opportunity) return false;
    this.stageSet(opportunity.stageId).delete(opportunity);
    return this.opportunities.delete(id);
  }

  /** Enters a stage, now or `at` (Lever's clock); two moves of one opportunity never have the same time. Answers the stage left. */
  move(opportunity: Opportunity, stage: Stage, at?: number): string {
    const changes = (opportunity.stageChanges ??= []);
    const latest = changes.at(-1)?.updatedAt ?? 0;
    const time = at ?? Math.max(this.now(), latest + 1);
    const from = opportunity.stageId;
    this.stageSet(from).delete(opportunity);
    this.stageSet(stage.id).add(opportunity);
    opportunity.stageId = stage.id;
    changes.push(this.stageChange(stage, time));
    opportunity.updatedAt = time;
    opportunity.lastAdvancedAt = time;
    opportunity.taggedAtMs = null;
    return from;
  }

  /** Every opportunity of a stage, or all, in order of creation. */
  list(stageId: string | undefined): Opportunity[] {
    if (stageId === undefined) return [...this.opportunities.values()];
    return [...this.stageSet(stageId)].sort((a, b) => a.seq - b.seq);
  }

  addTags(opportunity: Opportunity, tags: readonly string[]): void {
    for (const tag of tags) {
      if (this.duplicates === 'ignore' && opportunity.tags.includes(tag)) continue;
      opportunity.tags.push(tag);
      if (opportunity.taggedAtMs === null && tag.startsWith('CERTN - '))
        opportunity.taggedAtMs = performance.timeOrigin + performance.now();
    }
    opportunity.updatedAt = this.now();
  }

  removeTags(opportunity: Opportunity, tags: readonly string[]): void {
    opportunity.tags = opportunity.tags.filter((tag) => !tags.includes(tag));
    opportunity.updatedAt = this.now();
  }

  addLinks(opportunity: Opportunity, links: readonly string[]): void {
    for (const link of links)
      if (this.duplicates === 'keep' || !opportunity.contact.links.includes(link)) opportunity.contact.links.push(link);
  }

  removeLinks(opportunity: Opportunity, links: readonly string[]): void {
    opportunity.contact.links = opportunity.contact.links.filter((link) => !links.includes(link));
  }

  /** What Lever keeps of somebody after anonymising them. */
  anonymize(opportunity: Opportunity): void {
    Object.assign(opportunity.contact, { name: 'Anonymized', emails: [], links: [], isAnonymized: true });
  }

  addWebhook(event: string, url: string, signatureToken = this.signatureToken): LeverWebhook {
    const webhook = { id: randomUUID(), event, url, signatureToken };
    this.webhooks.push(webhook);
    return webhook;
  }

  private contactFor(given: NewOpportunity): Contact {
    const known = given.contactId === undefined ? undefined : this.contacts.get(given.contactId);
    if (known) return known;
    const contact: Contact = {
      id: given.contactId ?? randomUUID(),
      name: given.name === undefined ? `Candidate ${this.seq}` : given.name,
      emails: given.emails ?? [`candidate.${this.seq}.${this.id}@example.com`],
      links: [],
      contactAllowed: true,
      isAnonymized: false,
    };
    this.contacts.set(contact.id, contact);
    return contact;
  }

  private stageChange(stage: Stage, at: number): NonNullable<Opportunity['stageChanges']>[number] {
    return { toStageId: stage.id, toStageIndex: this.stages.indexOf(stage), updatedAt: at, userId: USER_ID };
  }

  private stageSet(stageId: string): Set<Opportunity> {
    let set = this.inStage.get(stageId);
    if (!set) this.inStage.set(stageId, (set = new Set()));
    return set;
  }
}
