import { Bed, NEVER_MS, done, vendorError } from './bed.fixture';
import { TurnAbandonedError, type Next, type Reconciler } from './reconciler';
import { addRows, count, sleep, until, type WorkRow } from './work-table.fixture';

const bed = new Bed();
beforeAll(() => bed.open(), 30_000);
afterAll(() => bed.close());
beforeEach(() => bed.clear());
afterEach(() => bed.stopAll());

/** The account is held and its due rows have been read: from here on nothing is found by looking. */
async function quietWith(reconciler: Reconciler<WorkRow>, account: string): Promise<void> {
  reconciler.wake(await addRows(bed.database, account, 1, 'first'));
  await bed.allDone();
  await sleep(100);
}

describe('a row', () => {
  it('is done and not due again', async () => {
    const [row] = await addRows(bed.database, 'a', 1);
    const { turns } = bed.start(done);
    await bed.allDone();
    await expect(bed.stored(row!.id)).resolves.toMatchObject({ due_in_ms: null, attempts: 0, reason: null });
    expect(turns).toMatchObject([{ outcome: 'done', reason: null, row: { id: row!.id } }]);
  });

  it('waits for its time when it is to come again, with the reason', async () => {
    const [row] = await addRows(bed.database, 'a', 1);
    const { called } = bed.start(() => ({ kind: 'again', inMs: 3_600_000, reason: 'no-transition' }));
    await until('it was called', () => called.length === 1);
    await until('it waits', async () => (await bed.stored(row!.id)).reason === 'no-transition');
    const { due_in_ms } = await bed.stored(row!.id);
    expect(due_in_ms).toBeGreaterThan(3_590_000);
    await sleep(200);
    expect(called).toHaveLength(1);
  });

  it('comes again when its time has come, however seldom due rows are looked for otherwise', async () => {
    await addRows(bed.database, 'a', 1);
    let times = 0;
    bed.start(() => (++times < 5 ? { kind: 'again', inMs: 100, reason: 'not-yet' } : { kind: 'done' }), { pollMs: NEVER_MS });
    await bed.allDone();
    expect(times).toBe(5);
  });

  it('is worked when its time comes, though nobody has its account yet', async () => {
    await addRows(bed.database, 'a', 1, 'call', 800);
    bed.start(done, { pollMs: NEVER_MS });
    await bed.allDone();
  });

  it('that was recorded elsewhere is found by looking', async () => {
    const { called } = bed.start(done);
    await sleep(100);
    await addRows(bed.database, 'late', 3);
    await bed.allDone();
    expect(called).toHaveLength(3);
  });

  it('stays due when a newer hint came while it was worked, though its work is done', async () => {
    const [row] = await addRows(bed.database, 'a', 1);
    const { called } = bed.start(async () => {
      if (called.length === 1) await bed.hintAt(row!.id);
      return done();
    });
    await bed.allDone();
    expect(called).toHaveLength(2);
    await expect(bed.stored(row!.id)).resolves.toMatchObject({ hint: 2 });
  });

  it('is worked again at once, as it stands then, when this process recorded the newer hint itself', async () => {
    const hints: number[] = [];
    const { reconciler } = bed.start(
      async (worked) => {
        if (worked.kind === 'first') return done();
        hints.push(worked.hint);
        if (hints.length > 1) return done();
        await bed.hintAt(worked.id);
        reconciler.wake([{ ...worked, hint: 2 }]);
        return { kind: 'again', inMs: NEVER_MS, reason: 'waits' };
      },
      { pollMs: NEVER_MS },
    );
    await quietWith(reconciler, 'a');
    reconciler.wake(await addRows(bed.database, 'a', 1));
    await bed.allDone();
    expect(hints).toEqual([1, 2]);
  });

  it('that records its outcome itself is left as it wrote it', async () => {
    const [row] = await addRows(bed.database, 'a', 1);
    const { turns } = bed.start(async (worked) => {
      await bed.database.run("UPDATE work SET due_at = NULL, reason = 'own', turn = turn + 1 WHERE id = ? AND turn = ?", [
        worked.id,
        worked.turn,
      ]);
      return { kind: 'settled', reason: 'own' };
    });
    await bed.allDone();
    await until('the turn is told', () => turns.length === 1);
    await expect(bed.stored(row!.id)).resolves.toMatchObject({ reason: 'own', turn: 1 });
    expect(turns[0]).toMatchObject({ outcome: 'settled', reason: 'own' });
  });

  it('refuses the outcome of a turn that began before another one was recorded', async () => {
    const [row] = await addRows(bed.database, 'a', 1);
    const { turns } = bed.start(async () => {
      await bed.database.run("UPDATE work SET due_at = NULL, reason = 'first', turn = turn + 1 WHERE id = ?", [row!.id]);
      return { kind: 'again', inMs: 0, reason: 'late' };
    });
    await until('the turn is told', () => turns.length === 1);
    expect(turns[0]).toMatchObject({ outcome: 'refused' });
    await expect(bed.stored(row!.id)).resolves.toMatchObject({ reason: 'first', due_in_ms: null });
  });

  it('tells apart which of many outcomes were refused', async () => {
    const rows = await addRows(bed.database, 'a', 40);
    const moved = rows.filter((_, index) => index % 3 === 0).map(({ id }) => id);
    await bed.database.run('UPDATE work SET turn = turn + 1 WHERE id IN (?)', [moved]);
    const settled = await Promise.all(rows.map((row) => bed.table.settle(row, { dueInMs: null, reason: null, attempts: 0 })));
    expect(rows.filter((_, index) => !settled[index]).map(({ id }) => id)).toEqual(moved);
  });
});

describe('waking', () => {
  it('works what this process has just recorded at once, without reading it back', async () => {
    const { reconciler, called } = bed.start(done, { pollMs: NEVER_MS });
    const first = await addRows(bed.database, 'a', 1);
    reconciler.wake(first);
    await bed.allDone();
    await sleep(100);
    const pages = jest.spyOn(bed.table, 'duePages');
    const current = jest.spyOn(bed.table, 'current');
    const second = await addRows(bed.database, 'a', 50);
    reconciler.wake(second);
    await bed.allDone();
    expect(called).toHaveLength(51);
    expect([pages.mock.calls.length, current.mock.calls.length]).toEqual([0, 0]);
  });

  it('works each row once though it is woken several times and found by looking too', async () => {
    const { reconciler, called } = bed.start(() => sleep(20).then(done), { pollMs: 10 });
    const rows = await addRows(bed.database, 'a', 200);
    for (let times = 0; times < 5; times++) {
      reconciler.wake(rows);
      await sleep(5);
    }
    await bed.allDone();
    await sleep(100);
    expect(called.length).toBe(200);
  });

  it('follows a row that waits here to another account', async () => {
    const { reconciler, called } = bed.start((row) => {
      if (row.account === 'old') throw vendorError('unauthorized');
      return done();
    });
    reconciler.wake(await addRows(bed.database, 'old', 1));
    await until('the account is refused', () => called.length > 0);
    await sleep(50);
    reconciler.wake(await addRows(bed.database, 'old', 5));
    await bed.database.run("UPDATE work SET account = 'new', due_at = UTC_TIMESTAMP(6)");
    await bed.allDone();
  });

  it('keeps no more in memory than it may, and loses none of the rest', async () => {
    const { reconciler, called } = bed.start(() => sleep(5).then(done), { maxActive: 8, maxQueued: 20 });
    await quietWith(reconciler, 'a');
    const rows = await addRows(bed.database, 'a', 600);
    reconciler.wake(rows);
    expect(reconciler.load.rows).toBeLessThanOrEqual(20 + 8);
    await bed.allDone();
    expect(new Set(called).size).toBe(601);
    expect(called).toHaveLength(601);
  });

  it('reads a row again whose snapshot is older than its last turn here', async () => {
    const { reconciler, turns } = bed.start(done, { pollMs: NEVER_MS });
    await quietWith(reconciler, 'a');
    const [row] = await addRows(bed.database, 'a', 1);
    reconciler.wake([row!]);
    await bed.allDone();
    await bed.hintAt(row!.id);
    reconciler.wake([{ ...row!, hint: 2 }]);
    await bed.allDone();
    expect(turns.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done']);
  });

  it('reads a row again that another process has worked meanwhile', async () => {
    const { reconciler, turns } = bed.start(done, { pollMs: NEVER_MS });
    await quietWith(reconciler, 'a');
    const [row] = await addRows(bed.database, 'a', 1);
    await bed.database.run('UPDATE work SET turn = 77 WHERE id = ?', [row!.id]);
    reconciler.wake([row!]);
    await bed.allDone();
    expect(turns.map(({ outcome }) => outcome)).toEqual(['done', 'refused', 'done']);
  });
});

describe('accounts', () => {
  it('take turns: one row does not wait for ten thousand of another account', async () => {
    await addRows(bed.database, 'crowd', 10_000);
    const order: string[] = [];
    const { reconciler } = bed.start(
      async (row) => {
        order.push(row.account);
        await sleep(10); // the crowd takes 4 s at least, however fast the machine is
        return done();
      },
      { maxActive: 32, pollMs: 500 },
    );
    await until('the crowd is being worked', () => order.length > 200);
    reconciler.wake(await addRows(bed.database, 'single', 1));
    await until('the single row is worked', () => order.includes('single'));
    expect(order.indexOf('single')).toBeLessThan(5_000); // in a queue it would be the last
    await bed.allDone();
    expect(order).toHaveLength(10_001);
  }, 60_000);

  it('take turns row by row', async () => {
    await Promise.all(['a', 'b', 'c'].map((account) => addRows(bed.database, account, 30)));
    const order: string[] = [];
    bed.start(
      (row) => {
        order.push(row.account);
        return done();
      },
      { maxActive: 1 },
    );
    await bed.allDone();
    const longestRun = order.reduce(
      (runs, account, at) => (account === order[at - 1] ? [...runs.slice(0, -1), runs.at(-1)! + 1] : [...runs, 1]),
      [] as number[],
    );
    expect(Math.max(...longestRun)).toBeLessThanOrEqual(5);
  });

  it('leave room for others when all calls of one hang', async () => {
    let release: () => void = () => undefined;
    const hanging = new Promise<void>((resolve) => (release = resolve));
    await addRows(bed.database, 'hangs', 100);
    const { called } = bed.start(
      async (row) => {
        if (row.account === 'hangs') await hanging;
        return done();
      },
      { maxActive: 16 },
    );
    await until('its calls are out', () => called.length >= 12);
    await sleep(100);
    expect(called).toHaveLength(12);
    await addRows(bed.database, 'works', 50);
    await until('the other account is done', async () => (await bed.leftOf('works')) === 0);
    release();
    await bed.allDone();
  });

  it('are worked by one of two processes at a time', async () => {
    const workers = new Map<string, Set<string>>();
    const note =
      (who: string) =>
      async (row: WorkRow): Promise<Next> => {
        workers.set(row.account, (workers.get(row.account) ?? new Set()).add(who));
        await sleep(2);
        return done();
      };
    const [one, two] = [bed.start(note('one')), bed.start(note('two'))];
    for (let round = 0; round < 10; round++) {
      for (let account = 0; account < 5; account++) {
        const rows = await addRows(bed.database, `account-${account}`, 10);
        (round % 2 === 0 ? one : two).reconciler.wake(rows);
      }
    }
    await bed.allDone();
    expect([...workers.values()].map((who) => who.size)).toEqual([1, 1, 1, 1, 1]);
    expect(one.called.length + two.called.length).toBe(500);
  });

  it('go to the process that records for them, when the other one no longer does', async () => {
    const leaseMs = 400;
    const [one, two] = [bed.start(done, { leaseMs }), bed.start(done, { leaseMs })];
    one.reconciler.wake(await addRows(bed.database, 'a', 1));
    await bed.allDone();
    const before = one.called.length;
    expect(before).toBe(1);
    await until('the account has moved', async () => {
      two.reconciler.wake(await addRows(bed.database, 'a', 1));
      await sleep(30);
      return two.called.length > 5;
    });
    await bed.allDone();
    const lateForOne = one.called.length;
    for (let times = 0; times < 10; times++) {
      two.reconciler.wake(await addRows(bed.database, 'a', 1));
      await sleep(20);
    }
    await bed.allDone();
    expect(one.called.length).toBe(lateForOne);
  });

  it('are not worked by a process that could not renew its lease in time, until it has', async () => {
    let renewal = Promise.resolve();
    let release: () => void = () => undefined;
    const database = Object.create(bed.database, {
      script: { value: (sql: string, values: unknown[]) => renewal.then(() => bed.database.script(sql, values)) },
    }) as typeof bed.database;
    const { reconciler, called } = bed.start(done, { database, leaseMs: 600 });
    await quietWith(reconciler, 'a');
    renewal = new Promise((resolve) => (release = resolve));
    await sleep(700);
    reconciler.wake(await addRows(bed.database, 'a', 5));
    await sleep(200);
    expect(called).toHaveLength(1);
    release();
    await bed.allDone();
    expect(called).toHaveLength(6);
  });

  it('are taken again at once for rows that come while they are being given back', async () => {
    let releases = 0;
    const late: WorkRow[][] = [];
    const database = Object.create(bed.database, {
      run: {
        value: async (sql: string, values: unknown[]) => {
          if (sql.includes('released = 1') && releases++ === 0) {
            late.push(await addRows(bed.database, 'a', 3));
            reconciler.wake(late[0]!);
            await sleep(50);
          }
          return bed.database.run(sql, values);
        },
      },
    }) as typeof bed.database;
    const { reconciler, called } = bed.start(done, { database, leaseMs: 200 });
    await quietWith(reconciler, 'a');
    await until('rows have come while it is given back', () => late.length > 0);
    await bed.allDone();
    expect(called).toHaveLength(4);
    await expect(count(bed.database, 'account_leases WHERE epoch = 2')).resolves.toBe(1);
  });

  it('are given back when nothing is left to do, with what is known of them', async () => {
    const { reconciler } = bed.start(done, { leaseMs: 200 });
    await addRows(bed.database, 'a', 1);
    await bed.allDone();
    await until(
      'it was given back',
      async () => (await count(bed.database, 'account_leases WHERE released = 1 AND until <= UTC_TIMESTAMP(6)')) === 1,
    );
    expect(reconciler.load).toEqual({ accounts: 0, waitingAccounts: 0, rows: 0, active: 0 });
    await expect(bed.database.query('SELECT day_count FROM account_leases')).resolves.toEqual([{ day_count: 1 }]);
  });
});

describe('a row that is paused', () => {
  it('costs no call and hardly a look until it is resumed', async () => {
    const rows = await addRows(bed.database, 'a', 20);
    await addRows(bed.database, 'a', 5, 'free');
    let disabled = true;
    const { reconciler, called, turns } = bed.start(done, {
      paused: (row) => (disabled && row.kind === 'call' ? 'disabled' : null),
    });
    await until('all are put aside or done', () => turns.length === 25);
    expect(called).toHaveLength(5);
    const { due_in_ms, reason } = await bed.stored(rows[0]!.id);
    expect(reason).toBe('paused: disabled');
    expect(due_in_ms).toBeGreaterThan(11 * 60_000);
    await sleep(200);
    expect(turns).toHaveLength(25);
    disabled = false;
    reconciler.resume('a');
    await bed.allDone();
    expect(called).toHaveLength(25);
  });

  it('is not forgotten when what it waits for comes in the moment it is put aside', async () => {
    await addRows(bed.database, 'a', 1);
    let asked = 0;
    bed.start(done, { paused: () => (asked++ === 0 ? 'disabled' : null) });
    await bed.allDone();
  });

  it('is not forgotten when it is put aside and resumed while an earlier resume of its account is on its way', async () => {
    const resume = bed.table.resume.bind(bed.table);
    let underWay = false;
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    jest.spyOn(bed.table, 'resume').mockImplementationOnce(async (account) => {
      await resume(account);
      underWay = true;
      await held;
    });
    const { reconciler } = bed.start(done);
    reconciler.resume('a');
    await until('the first one has looked', () => underWay);
    const [row] = await addRows(bed.database, 'a', 1);
    await bed.table.settle(row!, { dueInMs: NEVER_MS, reason: 'paused: disabled', attempts: 0 });
    reconciler.resume('a');
    goOn();
    await bed.allDone();
  });

  it('is resumed without those that wait for a time of their own', async () => {
    const [waits] = await addRows(bed.database, 'a', 1);
    await bed.table.settle(waits!, { dueInMs: NEVER_MS, reason: 'lookup', attempts: 0 });
    const [failing] = await addRows(bed.database, 'a', 1);
    await bed.table.settle(failing!, { dueInMs: NEVER_MS, reason: 'unavailable', attempts: 3 });
    await bed.table.resume('a');
    expect((await bed.stored(waits!.id)).due_in_ms).toBeGreaterThan(NEVER_MS / 2);
    expect((await bed.stored(failing!.id)).due_in_ms).toBeLessThanOrEqual(0);
  });
});

describe('a bug', () => {
  it('in the work is told, tried again later, and stops nobody else', async () => {
    const [bad] = await addRows(bed.database, 'a', 1);
    await addRows(bed.database, 'a', 20);
    const { troubles, reconciler } = bed.start((row) => {
      if (row.id === bad!.id) throw new TypeError('x is not a function');
      return done();
    });
    await until('the others are done', async () => (await bed.left()) === 1);
    await until('it is told', () => troubles.length > 0);
    expect(troubles[0]).toBeInstanceOf(TypeError);
    await expect(bed.stored(bad!.id)).resolves.toMatchObject({ attempts: 1, reason: 'bug' });
    expect(reconciler.load.waitingAccounts).toBe(0);
  });

  it('in a hook does not stop the loop', async () => {
    await addRows(bed.database, 'a', 20);
    const { troubles } = bed.start(done, {
      onTurn: () => {
        throw new Error('hook');
      },
    });
    await bed.allDone();
    await until('it is told', () => troubles.length === 20);
  });
});

describe('stopping', () => {
  it('lets turns end, starts none, and gives the accounts back for others to take at once', async () => {
    await addRows(bed.database, 'a', 100);
    const first = bed.start(() => sleep(150).then(done), { maxActive: 8, leaseMs: NEVER_MS });
    await until('turns are out', () => first.called.length >= 6);
    const begun = first.called.length;
    await first.reconciler.stop(5_000);
    expect(first.called.length).toBe(begun);
    expect(first.turns.map(({ outcome }) => outcome)).toEqual(Array.from({ length: begun }, () => 'done'));
    const second = bed.start(done, { leaseMs: NEVER_MS });
    await bed.allDone();
    expect(second.called).toHaveLength(100 - begun);
  });

  it('abandons what takes longer than the grace; its row stays due', async () => {
    const [row] = await addRows(bed.database, 'a', 1);
    let aborted = false;
    const { reconciler, turns, called } = bed.start(async (_, turn) => {
      await new Promise((resolve) => turn.signal.addEventListener('abort', resolve));
      aborted = true;
      await turn.token();
      return done();
    });
    await until('it is out', () => called.length === 1);
    await reconciler.stop(50);
    await until('it was told', () => turns.length === 1);
    expect(aborted).toBe(true);
    expect(turns[0]).toMatchObject({ outcome: 'abandoned' });
    await expect(bed.stored(row!.id)).resolves.toMatchObject({ turn: 0, attempts: 0 });
    expect((await bed.stored(row!.id)).due_in_ms).toBeLessThanOrEqual(0);
  });

  it('tells a turn that waits for a token that there will be none', async () => {
    await addRows(bed.database, 'a', 1);
    let error: unknown;
    const { reconciler, called } = bed.start(
      async (_, turn) => {
        await turn.token().catch((caught: unknown) => (error = caught));
        throw error;
      },
      { limit: { count: 1, windowMs: NEVER_MS, burst: 1, perDay: null } },
    );
    await until('it waits', () => called.length === 1);
    await reconciler.stop(50);
    await until('it was told', () => error !== undefined);
    expect(error).toBeInstanceOf(TurnAbandonedError);
  });
});
