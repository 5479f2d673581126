import { randomUUID } from 'node:crypto';
import type { ActivityLine } from '@lever-certn/events/activity';
import type { CaseUpdated } from '@lever-certn/events/case-updated';
import type { CheckRequested } from '@lever-certn/events/check-requested';
import { APPLICANT_FIELD } from '@lever-certn/events/check-requested';
import type { CheckStatusUpdated } from '@lever-certn/events/check-status-updated';
import type { Command } from '@lever-certn/events/command';
import { isoTime } from '@lever-certn/events/fields';
import { checkIdOfTransition } from '@lever-certn/events/identity.rules';
import { SECRET_FIELD, type TeamSettings } from '@lever-certn/events/team-settings';
import { TOPICS } from '@lever-certn/events/topics';
import { openDatabase, type Database } from '@lever-certn/database/database';
import { eventually } from '@lever-certn/kafka/topics.fixture';
import { ServiceBed, type Heard } from '@lever-certn/local-stack/service-bed.fixture';
import { accountFingerprint } from '@lever-certn/sealing/index-key';
import type { RunningService, ServiceContext } from '@lever-certn/service/run-service';
import type { Registry } from 'prom-client';
import type { Case, CertnAccount, CertnKey } from '../../sandbox/src/certn/certn-account';
import type { Fault, FaultRule } from '../../sandbox/src/faults';
import { DispatcherConfig } from './config';
import { buildDispatcher, type Seams } from './dispatcher';

/** Waits of a spec: short, and in the proportions of the real ones. */
export const QUICK: Record<string, string> = {
  VENDOR_TIMEOUT_MS: '500',
  ORDER_SEND_WITHIN_MS: '400',
  UNCLEAR_LOOKUPS_MS: '950,1500',
  UNCLEAR_RETRIES_MS: '0,100,200,300',
  ORDER_HOLD_MS: '1500',
  CASE_READ_GAP_MS: '300',
  CERTN_LIMIT: '20000/s',
};

export const STANDARD = { packageId: 'p-standard', name: 'Standard', services: [{ type: 'IDENTITY_1' }, { type: 'CRIMINAL_1' }] };

/** A check as a spec asks for it. */
export interface Asked {
  checkId: string;
  opportunityId: string;
  transitionAt: string;
  email: string;
}

let people = 0;
let clockMs = Date.now();

/** Everything around a dispatcher, for a spec: see {@link ServiceBed}. */
export class DispatcherBed {
  readonly statuses: Heard<CheckStatusUpdated>;
  readonly commands: Heard<Command>;
  private metrics: Registry | undefined;

  static async open(): Promise<DispatcherBed> {
    const bed = await ServiceBed.open();
    const [statuses, commands, activity] = await Promise.all([
      bed.hear(TOPICS.checkStatusUpdated),
      bed.hear(TOPICS.commands),
      bed.hear(TOPICS.activity),
    ]);
    const certn = bed.sandbox.world.addCertnAccount('certn', 'Certn');
    certn.addKey('certn-key-1');
    const { url = '', schema = '' } = { url: bed.environment.DATABASE_URL, schema: bed.environment.DATABASE_SCHEMA };
    const database = await openDatabase({ url, schema, migrations: [] });
    const lines = (): ActivityLine[] => activity.events.flatMap((event) => event.lines);
    const opened = new DispatcherBed(bed, certn, database, statuses, commands, lines);
    await opened.saveTeam();
    return opened;
  }

  private constructor(
    readonly bed: ServiceBed,
    readonly certn: CertnAccount,
    readonly database: Database,
    statuses: Heard<CheckStatusUpdated>,
    commands: Heard<Command>,
    readonly lines: () => ActivityLine[],
  ) {
    this.statuses = statuses;
    this.commands = commands;
  }

  get environment(): Record<string, string> {
    return { ...this.bed.environment, CERTN_API_URL: this.bed.sandbox.certnUrl, ...QUICK };
  }

  start(environment: Record<string, string> = {}, seams: Seams = {}): Promise<RunningService> {
    const build = (context: ServiceContext<DispatcherConfig>): Promise<RunningService> => {
      this.metrics = context.metrics;
      return buildDispatcher(context, seams);
    };
    return this.bed.start(build, DispatcherConfig, { ...this.environment, ...environment });
  }

  async close(): Promise<void> {
    await this.database.close();
    await this.bed.close();
  }

  /** Saves the team, or another one of the same installation. */
  async saveTeam(change: Partial<TeamSettings> & { certnKey?: string } = {}, teamId: string = this.bed.teamId): Promise<void> {
    const { certnKey, ...rest } = change;
    const known = teamId === this.bed.teamId && this.bed.settings?.certn !== undefined;
    const certn = certnKey || !known ? { certn: this.connection(teamId, certnKey ?? 'certn-key-1') } : {};
    await this.bed.saveTeam({ ...certn, ...rest }, teamId as ServiceBed['teamId']);
  }

  connection(teamId: string, apiKey: string): NonNullable<TeamSettings['certn']> {
    return {
      account: accountFingerprint('certn', apiKey),
      apiKey: this.bed.keyring.seal(apiKey, { teamId, recordId: 'certn', field: SECRET_FIELD }),
      region: 'sandbox',
      webhookSecrets: [],
    };
  }

  /** A new check, as the resolver asks for it. Times grow from call to call. */
  async ask(change: Partial<CheckRequested> & { email?: string | null } = {}): Promise<Asked> {
    people += 1;
    clockMs = Math.max(Date.now(), clockMs + 1);
    const { email = `person-${people}@example.com`, ...rest } = change;
    const teamId = change.teamId ?? this.bed.teamId;
    const opportunityId = change.opportunityId ?? randomUUID();
    const transitionAt = change.transitionAt ?? isoTime(clockMs);
    const checkId = change.checkId ?? checkIdOfTransition(teamId, opportunityId, transitionAt);
    const sealed = this.bed.keyring.seal(JSON.stringify({ name: 'Invented Person', email }), {
      teamId,
      recordId: checkId,
      field: APPLICANT_FIELD,
    });
    const wanted = change.wanted ?? true;
    await this.bed.publish(TOPICS.checkRequested, {
      teamId,
      opportunityId,
      checkId,
      transitionAt,
      wanted,
      decidedAt: isoTime(clockMs),
      settingsVersion: 1,
      ...(wanted ? { package: STANDARD, applicant: sealed } : {}),
      ...rest,
    });
    return { checkId, opportunityId, transitionAt, email: email ?? '' };
  }

  /** Certn's event of a case or a service, as ingress publishes it. */
  caseChanged(objectId: string, change: Partial<CaseUpdated> = {}): Promise<void> {
    const event: CaseUpdated = {
      teamId: this.bed.teamId,
      account: accountFingerprint('certn', 'certn-key-1'),
      objectType: 'case',
      objectId,
      eventType: 'CASE_STATUS_CHANGED',
      receivedAt: isoTime(),
      ...change,
    };
    return this.bed.publish(TOPICS.caseUpdated, event);
  }

  command(type: Command['type'], rest: Partial<Command>): Promise<void> {
    const now = Date.now();
    return this.bed.publish(TOPICS.commands, {
      type,
      teamId: this.bed.teamId,
      commandId: randomUUID(),
      by: 'user:ada',
      at: isoTime(now),
      validUntil: isoTime(now + 60_000),
      ...rest,
    });
  }

  fault(rule: Omit<FaultRule, 'on'>): Fault {
    return this.bed.sandbox.world.faults.add({ on: 'certn', ...rule });
  }

  /** Certn no longer does that wrong. */
  cure({ id }: Fault): void {
    this.bed.sandbox.world.faults.remove(id);
  }

  /** Cases of an e-mail, at whichever Certn account. */
  casesOf(email: string): Case[] {
    return [...this.bed.sandbox.world.certnAccounts.values()].flatMap(({ byEmail }) => byEmail.get(email.toLowerCase()) ?? []);
  }

  /** A team with a Certn account of its own, so that nothing of other tests touches it. */
  async ownAccount(teamId: string = `team-${randomUUID()}`): Promise<{ teamId: string; certn: CertnAccount; key: CertnKey }> {
    const certn = this.bed.sandbox.world.addCertnAccount(`certn-${teamId}`, 'Own');
    const key = certn.addKey(`key-${teamId}`);
    await this.saveTeam({ certnKey: key.key }, teamId);
    return { teamId, certn, key };
  }

  /** What others heard of a check, in order. */
  heardOf(check: { checkId: string }): CheckStatusUpdated[] {
    return this.statuses.events.filter(({ checkId }) => checkId === check.checkId);
  }

  linesOf(check: { checkId: string }): ActivityLine[] {
    return this.lines().filter(({ checkId }) => checkId === check.checkId);
  }

  /** Resolves with the first status of a check that is like this. */
  async status(check: { checkId: string }, like: Partial<CheckStatusUpdated>, withinMs?: number): Promise<CheckStatusUpdated> {
    const found = (): CheckStatusUpdated | undefined =>
      this.heardOf(check).find((event) =>
        Object.entries(like).every(([name, value]) => event[name as keyof CheckStatusUpdated] === value),
      );
    await eventually(`status ${JSON.stringify(like)}`, () => found() !== undefined, withinMs).catch(async (error: Error) => {
      const what = { heard: this.heardOf(check), lines: this.linesOf(check), row: (await this.row(check)) ?? 'none' };
      throw new Error(`${error.message}; ${JSON.stringify(what)}`);
    });
    return found()!;
  }

  async line(check: { checkId: string }, like: Partial<ActivityLine>, withinMs?: number): Promise<ActivityLine> {
    const found = (): ActivityLine | undefined =>
      this.linesOf(check).find((line) =>
        Object.entries(like).every(([name, value]) => line[name as keyof ActivityLine] === value),
      );
    await eventually(`line ${JSON.stringify(like)}`, () => found() !== undefined, withinMs).catch((error: Error) => {
      throw new Error(`${error.message}; lines ${JSON.stringify(this.linesOf(check))}`);
    });
    return found()!;
  }

  /** Events of cases of nobody, as the newest dispatcher has counted them. */
  async unknownCases(): Promise<number> {
    const counted = await this.metrics!.getSingleMetric('lever_certn_unknown_cases_total')!.get();
    return counted.values[0]?.value ?? 0;
  }

  /** How often a connection was told to be so. */
  connections(outcome: 'broken' | 'ok'): number {
    return this.lines().filter((line) => line.kind === 'connection' && line.outcome === outcome).length;
  }

  /** A row as it stands. */
  async row(check: { checkId: string }): Promise<Record<string, unknown> | undefined> {
    const [row] = await this.database.query<Record<string, unknown>>('SELECT * FROM checks WHERE check_id = ?', [check.checkId]);
    return row;
  }

  async state(check: { checkId: string }, state: string, withinMs?: number): Promise<Record<string, unknown>> {
    let row: Record<string, unknown> | undefined;
    await eventually(`state ${state}`, async () => (row = await this.row(check))?.state === state, withinMs).catch(
      (error: Error) => {
        throw new Error(`${error.message}; row ${JSON.stringify(row)}`);
      },
    );
    return row!;
  }

  calls(route: string): number {
    return this.bed.sandbox.world.counters.read().routes[`certn ${route}`]?.calls ?? 0;
  }
}
