import type { RequestedPackage } from '@lever-certn/events/check-requested';
import type { CheckStatusUpdated } from '@lever-certn/events/check-status-updated';
import type { CheckReason } from '@lever-certn/events/check-statuses.rules';
import { statusEvent } from './check-event.rules';
import type { CheckRow } from './check-row';
import { isOpenState, type CheckState } from './check-state.rules';
import { decideRequest, type CheckChange, type KnownCheck, type RequestFacts } from './request.rules';

/** A `check-requested` with its applicant opened. */
export interface IncomingRequest {
  teamId: string;
  opportunityId: string;
  facts: RequestFacts;
  package: RequestedPackage | null;
  /** Sealed. */
  applicant: string | null;
  /** In memory only. */
  email: string | null;
  emailHash: string | null;
  settingsVersion: number;
  /** The team's Certn account now; empty while it has none. */
  account: string;
  traceparent: string | null;
}

/** What became of a message, for the log and the timeline. */
export interface RequestOutcome {
  outcome: CheckChange['kind'] | 'repeat';
  /** Of `already-open` and `superseded`, a repeat of them too: the check that stands in the way. */
  skipped?: { reason: 'already-open' | 'superseded'; by: string };
  /** Rows that were written for it. */
  touched: string[];
}

/** A row to be written, with what others are to be told, oldest first. */
export interface PlannedRow {
  row: CheckRow;
  events: CheckStatusUpdated[];
}

/** What a batch of messages writes. */
export interface RequestPlan {
  inserts: PlannedRow[];
  /** Only where the turn is still the row's. */
  updates: PlannedRow[];
  /** Newer facts exist, for a row whose order is under way. */
  lookFirst: { id: string; at: string }[];
  /** One per message. */
  outcomes: RequestOutcome[];
}

/** Decides a batch of messages one after the other, each on what the ones before it made of the rows. */
export function planRequests(incoming: readonly IncomingRequest[], known: readonly CheckRow[], nowIso: string): RequestPlan {
  const plan = new Plan(known, nowIso);
  const outcomes = incoming.map((request) => plan.take(request));
  return { ...plan.writes(), outcomes };
}

class Plan {
  private readonly rows = new Map<string, CheckRow[]>();
  private readonly inserted = new Map<string, PlannedRow>();
  private readonly updated = new Map<string, PlannedRow>();
  private readonly lookFirst = new Map<string, { id: string; at: string }>();

  constructor(
    known: readonly CheckRow[],
    private readonly nowIso: string,
  ) {
    for (const row of known) this.rowsOf(row).push({ ...row });
  }

  take(request: IncomingRequest): RequestOutcome {
    const rows = this.rowsOf(request);
    const own = rows.find((row) => row.id === request.facts.checkId);
    const decision = decideRequest(request.facts, rows.map(knownCheckOf));
    const touched: string[] = [];
    if (decision.own) {
      touched.push(request.facts.checkId);
      if (own) this.change(own, decision.own, request);
      else rows.push(this.insert(decision.own, request));
    }
    if (decision.other) {
      const other = rows.find((row) => row.id === decision.other!.id)!;
      touched.push(other.id);
      this.change(other, decision.other.change, request);
    }
    const row = own ?? rows.find((candidate) => candidate.id === request.facts.checkId);
    const skipped =
      row && (row.state === 'already-open' || row.state === 'superseded') && row.blockedBy !== null
        ? { skipped: { reason: row.state, by: row.blockedBy } }
        : {};
    return { outcome: decision.own?.kind ?? 'repeat', touched, ...skipped };
  }

  writes(): Omit<RequestPlan, 'outcomes'> {
    const byId = (a: PlannedRow, b: PlannedRow): number => (a.row.id < b.row.id ? -1 : 1);
    return {
      inserts: [...this.inserted.values()].sort(byId),
      // What leaves the opportunity's one open place goes before what takes it.
      updates: [...this.updated.values()].sort((a, b) => Number(a.row.isOpen) - Number(b.row.isOpen) || byId(a, b)),
      lookFirst: [...this.lookFirst.values()].sort((a, b) => (a.id < b.id ? -1 : 1)),
    };
  }

  private rowsOf(place: { teamId: string; opportunityId: string }): CheckRow[] {
    const key = JSON.stringify([place.teamId, place.opportunityId]);
    let rows = this.rows.get(key);
    if (!rows) this.rows.set(key, (rows = []));
    return rows;
  }

  private insert(change: CheckChange, request: IncomingRequest): CheckRow {
    const row = newRow(request);
    this.inserted.set(row.id, { row, events: [] });
    this.apply(row, change, request);
    return row;
  }

  private change(row: CheckRow, change: CheckChange, request: IncomingRequest): void {
    if (change.kind === 'look-first' && !this.inserted.has(row.id)) {
      row.newerFactsAt = later(row.newerFactsAt, request.facts.decidedAt);
      this.lookFirst.set(row.id, { id: row.id, at: row.newerFactsAt });
      return;
    }
    if (!this.inserted.has(row.id) && !this.updated.has(row.id)) this.updated.set(row.id, { row, events: [] });
    this.apply(row, change, request);
  }

  private apply(row: CheckRow, change: CheckChange, request: IncomingRequest): void {
    switch (change.kind) {
      case 'order':
        takeFacts(row, request);
        return stand(row, 'requested', null);
      case 'problem':
        takeFacts(row, request);
        stand(row, 'error', change.reason);
        return this.tell(row);
      case 'cancel':
        takeFacts(row, request);
        stand(row, 'cancelled', change.reason);
        row.applicant = null;
        return this.tell(row);
      case 'refresh':
        return takeFacts(row, request);
      case 'look-first':
        row.newerFactsAt = later(row.newerFactsAt, request.facts.decidedAt);
        return;
      case 'revive':
        row.newerFactsAt = later(oneMillisecondAfter(row.decidedAt), request.facts.decidedAt);
        row.blockedBy = null;
        return stand(row, 'requested', null);
      case 'already-open':
      case 'superseded':
        row.blockedBy = change.by;
        row.applicant = null;
        return stand(row, change.kind, null);
    }
  }

  private tell(row: CheckRow): void {
    row.version += 1;
    const event = statusEvent(row, this.nowIso, false);
    const planned = this.inserted.get(row.id) ?? this.updated.get(row.id);
    if (event && planned) planned.events.push(event);
  }
}

function takeFacts(row: CheckRow, request: IncomingRequest): void {
  row.decidedAt = request.facts.decidedAt;
  if (row.newerFactsAt !== null && row.newerFactsAt <= row.decidedAt) row.newerFactsAt = null;
  row.settingsVersion = Math.max(row.settingsVersion, request.settingsVersion);
  row.package = request.package;
  row.applicant = request.applicant;
  row.applicantOf = request.facts.checkId;
  row.emailHash = request.emailHash;
  if (request.email === null) delete row.email;
  else row.email = request.email;
  row.account = request.account || row.account;
  row.traceparent = request.traceparent ?? row.traceparent;
}

function stand(row: CheckRow, state: CheckState, reason: CheckReason | null): void {
  row.state = state;
  row.statusReason = reason;
  row.isOpen = isOpenState(state);
}

function later(a: string | null, b: string): string {
  return a !== null && a > b ? a : b;
}

function oneMillisecondAfter(time: string): string {
  return new Date(Date.parse(time) + 1).toISOString();
}

function knownCheckOf(row: CheckRow): KnownCheck {
  const { id, transitionAt, decidedAt, state, statusReason, isOpen, byHand, unclear, blockedBy } = row;
  return { id, transitionAt, decidedAt, state, statusReason, isOpen, byHand, unclear, blockedBy };
}

function newRow(request: IncomingRequest): CheckRow {
  return {
    id: request.facts.checkId,
    teamId: request.teamId,
    account: request.account,
    hint: 0,
    turn: 0,
    attempts: 0,
    waitReason: null,
    opportunityId: request.opportunityId,
    transitionAt: request.facts.transitionAt,
    byHand: request.facts.byHand,
    state: 'requested',
    statusReason: null,
    version: 0,
    isOpen: true,
    blockedBy: null,
    package: request.package,
    applicant: request.applicant,
    applicantOf: request.facts.checkId,
    emailHash: request.emailHash,
    ...(request.email === null ? {} : { email: request.email }),
    decidedAt: request.facts.decidedAt,
    newerFactsAt: null,
    settingsVersion: request.settingsVersion,
    attempt: 0,
    hasAttemptKey: false,
    attemptedAt: null,
    firstAttemptedAt: null,
    lookups: 0,
    lookedUpAgoMs: null,
    attemptedAgoMs: null,
    unclear: 0,
    caseId: null,
    caseStatus: null,
    caseResult: null,
    servicesTotal: 0,
    servicesDone: 0,
    serviceIds: [],
    caseModifiedAt: null,
    problem: null,
    resolution: null,
    resolutionCaseId: null,
    erasing: false,
    traceparent: request.traceparent,
    readAtMs: 0,
  };
}
