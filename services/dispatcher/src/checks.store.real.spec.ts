import { randomBytes, randomUUID } from 'node:crypto';
import { openDatabase, type Database } from '@lever-certn/database/database';
import { isDuplicate } from '@lever-certn/database/database-error';
import { Outbox } from '@lever-certn/database/outbox';
import { isoTime } from '@lever-certn/events/fields';
import { eventually } from '@lever-certn/kafka/topics.fixture';
import { CaseHintsStore } from './case-hints.store';
import { ErasureStore } from './erasure.store';
import type { CheckRow } from './check-row';
import { MIGRATIONS } from './migrations';
import { ChecksStore, type Outcome } from './checks.store';
import type { IncomingRequest } from './request-plan.rules';
import { RequestsStore } from './requests.store';
import { statusEntry } from './status-entry';
import { statusEvent } from './check-event.rules';

const schema = `spec_${randomBytes(6).toString('hex')}`;
const published: string[] = [];
let databases: Database[];
let outboxes: Outbox[];
let checks: ChecksStore[];
let requests: RequestsStore[];
let hints: CaseHintsStore;

/** Two processes, as far as the database can tell. */
beforeAll(async () => {
  const url = process.env.DATABASE_URL ?? '';
  databases = [];
  for (let n = 0; n < 2; n += 1) databases.push(await openDatabase({ url, schema, migrations: MIGRATIONS }));
  outboxes = databases.map(
    (database) =>
      new Outbox({
        database,
        producer: {
          publish: (_, event) => Promise.resolve(void published.push(JSON.stringify(event))),
          tombstone: () => Promise.resolve(),
        },
      }),
  );
  checks = databases.map((database, n) => new ChecksStore(database, outboxes[n]!, 5000));
  requests = databases.map((database, n) => new RequestsStore(database, outboxes[n]!));
  hints = new CaseHintsStore(databases[1]!, 5000);
});
afterAll(async () => {
  await databases[0]!.run(`DROP DATABASE ${schema}`);
  for (const database of databases) await database.close();
});

let clockMs = Date.now();
function incoming(change: Partial<IncomingRequest> = {}, facts: Partial<IncomingRequest['facts']> = {}): IncomingRequest {
  clockMs += 1;
  const at = isoTime(clockMs);
  return {
    teamId: 'team',
    opportunityId: randomUUID(),
    package: { packageId: 'p', name: 'Standard', services: [{ type: 'IDENTITY_1' }] },
    applicant: 'v1.k1.sealed',
    email: null,
    emailHash: randomBytes(16).toString('hex'),
    settingsVersion: 1,
    account: 'a'.repeat(16),
    traceparent: null,
    ...change,
    facts: { checkId: randomUUID(), transitionAt: at, decidedAt: at, byHand: false, verdict: { kind: 'order' }, ...facts },
  };
}
async function recorded(change: Partial<IncomingRequest> = {}): Promise<CheckRow> {
  const { due } = await requests[0]!.record(incoming(change));
  return due[0]!;
}
const keyOf = (row: CheckRow): string => `${row.account}:${row.emailHash}`;
const copies = (row: CheckRow): CheckRow[] => [{ ...row }, { ...row }];
function outcome(row: CheckRow, change: Partial<CheckRow>): Outcome {
  const next = { ...row, ...change, version: row.version + 1 };
  return { row, next, dueInMs: null, reason: null, event: statusEntry(statusEvent(next, isoTime(), false)!, null) };
}
const made = (row: CheckRow, caseId: string = randomUUID()): Outcome =>
  outcome(row, { state: 'pending', caseId, hasAttemptKey: false, applicant: null, serviceIds: [randomUUID()] });

describe('a command of a person', () => {
  const carryOut = (store: ChecksStore, row: CheckRow, commandId: string): Promise<boolean> =>
    store.write({ row, next: { ...row, unclear: row.unclear + 1 }, dueInMs: null, reason: null, commandId });

  it('that two processes carry out at once is carried out by one, among other writes, and answered of its check alone', async () => {
    const [row, other] = [await recorded(), await recorded()];
    const commandId = randomUUID();
    const written = await Promise.all([
      ...copies(row).map((copy, index) => carryOut(checks[index]!, copy, commandId)),
      checks[0]!.write(made(other)),
    ]);
    expect(written.slice(0, 2).sort()).toEqual([false, true]);
    expect(await checks[0]!.read(row.id)).toMatchObject({ unclear: 1, turn: row.turn + 1 });
    expect(await Promise.all([row, other].map(({ id }) => checks[0]!.isAnswered(id, commandId)))).toEqual([true, false]);
  });

  it('that met a row which had moved on is not answered', async () => {
    const [stale, current] = copies(await recorded());
    const commandId = randomUUID();
    await checks[0]!.write(made(current!));
    expect(await carryOut(checks[1]!, stale!, commandId)).toBe(false);
    expect(await checks[1]!.isAnswered(stale!.id, commandId)).toBe(false);
  });

  it('that another process refused meanwhile is not carried out', async () => {
    const row = await recorded();
    const commandId = randomUUID();
    for (let time = 1; time <= 2; time += 1) await checks[1]!.refused(row.id, commandId);
    const error: unknown = await carryOut(checks[0]!, row, commandId).catch((thrown: unknown) => thrown);
    expect(isDuplicate(error, 'PRIMARY')).toBe(true);
    expect(await checks[0]!.read(row.id)).toMatchObject({ unclear: 0, turn: row.turn });
  });
});

describe('a claim', () => {
  it('of a row that two processes have read is given to one of them', async () => {
    for (let n = 0; n < 20; n += 1) {
      const rows = copies(await recorded());
      const claims = await Promise.all(rows.map((row, index) => checks[index]!.claim(row, keyOf(row), 30_000)));
      expect(claims.filter((claim) => claim === 'ours')).toHaveLength(1);
    }
  });

  it('is lost on a row that was read before its attempt, though it waits to be ordered again', async () => {
    const row = await recorded();
    const [stale, current] = copies(row);
    expect(await checks[0]!.claim(current!, keyOf(row), 30_000)).toBe('ours');
    await checks[0]!.write({
      row: current!,
      next: { ...current!, state: 'requested', hasAttemptKey: false },
      dueInMs: 0,
      reason: null,
    });
    expect(await checks[1]!.claim(stale!, keyOf(row), 30_000)).toBe('lost');
  });

  it('moves the row along, and makes it due for its first lookup', async () => {
    const row = await recorded();
    await checks[0]!.claim(row, keyOf(row), 30_000);
    const stored = await checks[0]!.read(row.id);
    expect(stored).toMatchObject({ turn: row.turn, attempt: 1, state: 'ordering', hasAttemptKey: true, lookups: 0 });
    const [due] = await databases[0]!.query<{ s: number }>(
      'SELECT TIMESTAMPDIFF(SECOND, attempted_at, due_at) AS s FROM checks WHERE check_id = ?',
      [row.id],
    );
    expect(due?.s).toBe(30);
  });

  it('for one e-mail at one account is given to one row at a time, in one process and in two', async () => {
    const emailHash = randomBytes(16).toString('hex');
    const rows = [];
    for (let n = 0; n < 6; n += 1) rows.push(await recorded({ emailHash }));
    const claims = await Promise.all(rows.map((row, n) => checks[n % 2]!.claim(row, keyOf(row), 30_000)));
    expect(claims.filter((claim) => claim === 'ours')).toHaveLength(1);
    expect(claims.filter((claim) => claim === 'same-email')).toHaveLength(5);
    const elsewhere = await recorded({ emailHash, account: 'b'.repeat(16) });
    expect(await checks[0]!.claim(elsewhere, keyOf(elsewhere), 30_000)).toBe('ours');
    const holder = rows[claims.indexOf('ours')]!;
    await checks[0]!.write(made(holder));
    const next = rows[claims.indexOf('same-email')]!;
    expect(await checks[1]!.claim(next, keyOf(next), 30_000)).toBe('ours');
  });

  it('for one e-mail at one account is refused by the database where another has got in between', async () => {
    const [first, second] = await Promise.all([recorded(), recorded()]);
    await checks[0]!.claim(first, keyOf(first), 30_000);
    const take = databases[1]!.run('UPDATE checks SET attempt_key = ? WHERE check_id = ?', [keyOf(first), second.id]);
    await expect(take).rejects.toMatchObject({ code: 'ER_DUP_ENTRY', key: 'attempt_key' });
  });

  it('is lost once newer facts are known, or the team has another account', async () => {
    const overtaken = await recorded();
    await databases[0]!.run('UPDATE checks SET newer_facts_at = decided_at + INTERVAL 1 SECOND WHERE check_id = ?', [
      overtaken.id,
    ]);
    expect(await checks[0]!.claim(overtaken, keyOf(overtaken), 30_000)).toBe('lost');
    const moved = await recorded();
    await databases[0]!.run('UPDATE checks SET account = ? WHERE check_id = ?', ['c'.repeat(16), moved.id]);
    expect(await checks[0]!.claim(moved, keyOf(moved), 30_000)).toBe('lost');
  });

  it('of many rows at once, some of them lost, is one answer each', async () => {
    const rows = await Promise.all(Array.from({ length: 50 }, () => recorded()));
    const lost = new Set(rows.filter((_, n) => n % 3 === 0).map(({ id }) => id));
    await databases[0]!.run('UPDATE checks SET turn = turn + 1 WHERE check_id IN (?)', [[...lost]]);
    const claims = await Promise.all(rows.map((row) => checks[0]!.claim(row, keyOf(row), 30_000)));
    claims.forEach((claim, n) => expect(claim).toBe(lost.has(rows[n]!.id) ? 'lost' : 'ours'));
  });
});

describe('an outcome', () => {
  it('of a row that has moved on is refused, whole: no row, no event', async () => {
    const row = await recorded();
    const [late, current] = copies(row);
    expect(await checks[0]!.write(made(current!))).toBe(true);
    await outboxes[0]!.stop();
    const before = published.length;
    expect(await checks[1]!.write(made(late!))).toBe(false);
    expect(published).toHaveLength(before);
    expect(await checks[0]!.read(row.id)).toMatchObject({ version: 1, caseId: current!.caseId });
    const [left] = await databases[0]!.query<{ n: number }>('SELECT COUNT(*) AS n FROM outbox WHERE aggregate_id = ?', [row.id]);
    expect(Number(left!.n)).toBe(0);
  });

  it('with a case of another check is refused by the key, and takes no neighbour with it', async () => {
    const [first, second, third] = await Promise.all([recorded(), recorded(), recorded()]);
    await checks[0]!.write(made(first));
    const writes = await Promise.allSettled([checks[0]!.write(made(second, first.caseId!)), checks[0]!.write(made(third))]);
    expect(writes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(isDuplicate((writes[0] as PromiseRejectedResult).reason, 'case_id')).toBe(true);
    expect(await checks[0]!.read(third.id)).toMatchObject({ state: 'pending' });
  });

  it('keeps a row due that was hinted at during the turn, but not before the gap after a read', async () => {
    const row = await recorded();
    await checks[0]!.write(made(row));
    await databases[0]!.run('UPDATE checks SET hint = hint + 1, due_at = UTC_TIMESTAMP(6) WHERE check_id = ?', [row.id]);
    await checks[0]!.write({ row, next: row, dueInMs: 3_600_000, reason: null, wasRead: true });
    const [due] = await databases[0]!.query<{ ms: number }>(
      'SELECT TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), due_at) DIV 1000 AS ms FROM checks WHERE check_id = ?',
      [row.id],
    );
    expect(Number(due!.ms)).toBeGreaterThan(3000);
    expect(Number(due!.ms)).toBeLessThanOrEqual(5000);
  });
});

describe('requests recorded by two processes at once', () => {
  it('of one check are one row', async () => {
    for (let n = 0; n < 10; n += 1) {
      const request = incoming();
      const all = await Promise.all([0, 1, 0, 1].map((which) => requests[which]!.record(request)));
      expect(all.filter(({ outcome: kind }) => kind === 'order')).toHaveLength(1);
      expect(all.filter(({ outcome: kind }) => kind === 'repeat')).toHaveLength(3);
    }
  });

  it('of several checks of one opportunity leave one open', async () => {
    for (let n = 0; n < 10; n += 1) {
      const opportunityId = randomUUID();
      const all = Array.from({ length: 6 }, () => incoming({ opportunityId }));
      await Promise.all(all.map((request, index) => requests[index % 2]!.record(request)));
      const rows = await databases[0]!.query<{ state: string }>('SELECT state FROM checks WHERE opportunity_id = ?', [
        opportunityId,
      ]);
      expect(rows).toHaveLength(6);
      expect(rows.filter(({ state }) => state === 'requested')).toHaveLength(1);
    }
  });

  it('are refused by the database where an open check has got in between', async () => {
    const row = await recorded();
    const insert = `INSERT INTO checks (check_id, team_id, opportunity_id, transition_at, account, state, is_open, decided_at, settings_version, created_at)
      SELECT ?, team_id, opportunity_id, transition_at, account, state, is_open, decided_at, settings_version, created_at FROM checks WHERE check_id = ?`;
    const again = databases[1]!.run(insert, [randomUUID(), row.id]);
    await expect(again).rejects.toMatchObject({ code: 'ER_DUP_ENTRY', key: 'one_open' });
  });

  it('that can not be stored fail alone', async () => {
    const good = incoming();
    const bad = incoming({}, { checkId: 'x'.repeat(50) });
    const all = await Promise.allSettled([requests[0]!.record(bad), requests[0]!.record(good)]);
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(await checks[0]!.read(good.facts.checkId)).toMatchObject({ state: 'requested' });
  });
});

describe('a check that the database has lost', () => {
  it('is not written over another open one of its opportunity', async () => {
    const opportunityId = randomUUID();
    const lost = await recorded({ opportunityId });
    await databases[0]!.run('DELETE FROM checks WHERE check_id = ?', [lost.id]);
    const other = await recorded({ opportunityId });
    expect(other.turn).toBe(lost.turn);
    expect(await checks[0]!.write(made(lost))).toBe(false);
    expect(await checks[0]!.read(other.id)).toMatchObject({ state: 'requested', caseId: null, turn: other.turn });
  });
});

describe('an event of a case that no check has yet', () => {
  const isDue = async ({ id }: CheckRow): Promise<boolean> => {
    const [row] = await databases[0]!.query<{ due: number }>(
      'SELECT COALESCE(due_at <= UTC_TIMESTAMP(6), 0) AS due FROM checks WHERE check_id = ?',
      [id],
    );
    return Number(row!.due) === 1;
  };
  const hint = (objectId: string) => hints.record({ objectId, traceparent: null });

  it.each(['case', 'service'])('makes the check due that gets it: the %s', async (named) => {
    const row = await recorded();
    const stored = made(row);
    const objectId = named === 'case' ? stored.next.caseId! : stored.next.serviceIds[0]!;
    expect(await hint(objectId)).toBeNull();
    const { hint: before } = row;
    expect(await checks[0]!.write({ ...stored, dueInMs: 3_600_000 })).toBe(true);
    expect(row.hint).toBe(before + 1);
    expect(await isDue(row)).toBe(true);
  });

  it('of a service that a reading has just found is read after the gap, not at once', async () => {
    const row = await recorded();
    await checks[0]!.write(made(row));
    const service = randomUUID();
    expect(await hint(service)).toBeNull();
    await checks[0]!.write({ ...outcome(row, { serviceIds: [...row.serviceIds, service] }), wasRead: true });
    const [found] = await databases[0]!.query<{ in_us: string }>(
      'SELECT TIMESTAMPDIFF(MICROSECOND, case_read_at, due_at) AS in_us FROM checks WHERE check_id = ?',
      [row.id],
    );
    expect(Number(found!.in_us)).toBe(5_000_000);
  });

  it('with an id that no check can have takes no other event with it', async () => {
    const row = await recorded();
    const stored = made(row);
    await checks[0]!.write(stored);
    const both = await Promise.all([hint('x'.repeat(150)), hint(stored.next.caseId!)]);
    expect(both).toMatchObject([null, { row: { id: row.id } }]);
  });

  it('makes no other check due', async () => {
    const row = await recorded();
    expect(await hint(randomUUID())).toBeNull();
    await checks[0]!.write({ ...made(row), dueInMs: 3_600_000 });
    expect(await isDue(row)).toBe(false);
  });

  it('finds a check whose transaction with it is not over yet', async () => {
    const row = await recorded();
    const caseId = randomUUID();
    const found = await databases[0]!.withConnection(async (query) => {
      await query('START TRANSACTION', []);
      await query('UPDATE checks SET case_id = ?, due_at = NULL WHERE check_id = ?', [caseId, row.id]);
      const recording = hint(caseId);
      await eventually('the event is kept', async () => {
        const kept = await databases[0]!.query('SELECT 1 FROM unplaced_events WHERE object_id = ?', [caseId]);
        return kept.length === 1;
      });
      await query('COMMIT', []);
      return recording;
    });
    expect(found).toMatchObject({ row: { id: row.id }, isDueNow: true });
  });

  it('is forgotten after an hour', async () => {
    const [old, young] = [randomUUID(), randomUUID()];
    await hint(old);
    await databases[0]!.run('UPDATE unplaced_events SET at = at - INTERVAL 61 MINUTE WHERE object_id = ?', [old]);
    await hint(young);
    const kept = await databases[0]!.query<{ object_id: string }>(
      'SELECT object_id FROM unplaced_events WHERE object_id IN (?)',
      [[old, young]],
    );
    expect(kept.map(({ object_id }) => object_id)).toEqual([young]);
  });
});

describe('an erasure', () => {
  it('finds an order that begins while it looks', async () => {
    const row = await recorded();
    let looks = 0;
    const database = Object.assign(Object.create(databases[1]!) as Database, {
      run: async (sql: string, values: unknown[]) => {
        const answer = await databases[1]!.run(sql, values);
        if (looks++ === 0) expect(await checks[0]!.claim(row, keyOf(row), 30_000)).toBe('ours');
        return answer;
      },
    });
    await new ErasureStore(database, outboxes[1]!).eraseOpportunity(row.teamId, row.opportunityId);
    expect(await checks[0]!.read(row.id)).toMatchObject({ state: 'ordering', erasing: true });
  });
});

it('many outcomes with cases wait for no event of a stranger that is not committed', async () => {
  const rows = await Promise.all(Array.from({ length: 60 }, () => recorded()));
  await databases[1]!.withConnection(async (query) => {
    await query('START TRANSACTION');
    try {
      await query('INSERT INTO unplaced_events (object_id, at) VALUES (?, UTC_TIMESTAMP(6))', [randomUUID()]);
      const made = (row: CheckRow): Outcome =>
        outcome(row, { state: 'pending', caseId: randomUUID(), serviceIds: [randomUUID()] });
      const written = await Promise.all(rows.map((row) => checks[0]!.write(made(row))));
      expect(written.filter((ours) => ours)).toHaveLength(60);
    } finally {
      await query('ROLLBACK');
    }
  });
});
