import { eventually, steadily, WITHIN_MS } from './eventually';
import type { CaseView, OpportunityView } from './sandbox-control';
import type { Team } from './team';

/** How the console tells of a candidate. */
export interface ConsoleCandidate {
  status: string;
  reason: string | null;
  checks: { checkId: string; status: string; reason: string | null; version: number }[];
  timeline: {
    at: string;
    kind: string;
    outcome: string;
    reason?: string | null;
    step?: string | null;
    detail?: string | null;
    checkId?: string | null;
  }[];
  nextTry: { at: string; why: string } | null;
}

/** One candidacy: what a recruiter, the applicant and Certn do with it, and what they see. */
export class Candidate {
  constructor(
    readonly team: Team,
    readonly id: string,
    readonly email: string,
  ) {}

  private get route(): string {
    return `/lever/accounts/${this.team.account}/opportunities/${this.id}`;
  }

  /** A recruiter moves the candidate; Lever's webhook follows unless `webhook` is false. */
  async move(stage: string, options: { webhook?: boolean; at?: number } = {}): Promise<void> {
    await this.team.outside.sandbox.post(`${this.route}/move`, { stage, ...options });
  }

  /** Lever calls our webhook for the candidate as it stands, so many times at once. */
  async announce(copies = 1, about: { toStageId?: string } = {}): Promise<void> {
    await this.team.outside.sandbox.post(`/lever/accounts/${this.team.account}/webhooks`, {
      opportunityId: this.id,
      copies,
      ...about,
    });
  }

  /** A recruiter or Lever changes something about the candidate. */
  async change(fields: object): Promise<void> {
    await this.team.outside.sandbox.patch(this.route, fields);
  }

  async remove(): Promise<void> {
    await this.team.outside.sandbox.delete(this.route);
  }

  inLever(): Promise<OpportunityView> {
    return this.team.outside.sandbox.get(this.route);
  }

  async cases(): Promise<CaseView[]> {
    return this.team.outside.sandbox.get(`/certn/accounts/${this.team.account}/cases?email=${encodeURIComponent(this.email)}`);
  }

  /** The applicant or Certn does something with the newest case. */
  async act(action: string, more: { check?: string; score?: string } = {}): Promise<void> {
    const cases = await this.cases();
    await this.team.outside.sandbox.post(`/certn/cases/${cases.at(-1)!.id}/act`, { action, ...more });
  }

  inConsole(): Promise<ConsoleCandidate> {
    return this.team.get(`/candidates/${this.id}`);
  }

  /** Lever ends with exactly this one of our tags (none of ours for `null`). */
  async tagged(tag: string | null, withinMs = WITHIN_MS): Promise<void> {
    await eventually(async () => {
      const { tags } = await this.inLever();
      expect(tags.filter((one) => one.startsWith('CERTN - '))).toEqual(tag === null ? [] : [tag]);
    }, withinMs);
  }

  /** Certn ends with exactly so many orders, and stays there. */
  async orders(count: number, withinMs = WITHIN_MS): Promise<CaseView[]> {
    await eventually(async () => expect(await this.cases()).toHaveLength(count), withinMs);
    return this.cases();
  }

  /** Nothing more happens: so many orders, now and for a while. */
  async staysAt(count: number, forMs?: number): Promise<void> {
    await steadily(async () => expect(await this.cases()).toHaveLength(count), forMs);
  }

  /** The console tells that the newest move ended in no order, and why. */
  async decided(outcome: string, reason: string, withinMs = WITHIN_MS): Promise<void> {
    await eventually(async () => {
      const { timeline } = await this.inConsole();
      expect(timeline).toContainEqual(expect.objectContaining({ kind: 'decision', outcome, reason }));
    }, withinMs);
  }

  /** The id of the newest check the console shows. */
  async checkId(): Promise<string> {
    return eventually(async () => {
      const { checks } = await this.inConsole();
      expect(checks.length).toBeGreaterThan(0);
      return checks[0]!.checkId;
    });
  }
}
