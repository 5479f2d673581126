import { inspect } from 'node:util';
import { DatabaseError, databaseErrorOf, isDatabaseOutage, isDuplicate } from './database-error';

const SECRET = 'jane.doe@example.com';
const driverError = (errno: number, code: string, message: string, rest: object = {}): Error =>
  Object.assign(new Error(message), {
    errno,
    code,
    sql: `INSERT INTO people VALUES ('${SECRET}')`,
    sqlMessage: message,
    ...rest,
  });

describe('what is said of a failed statement', () => {
  it.each([
    ['MySQL', driverError(1062, 'ER_DUP_ENTRY', `Duplicate entry '${SECRET}' for key 'people.address'`)],
    ['MariaDB', driverError(1062, 'ER_DUP_ENTRY', `Duplicate entry '${SECRET}' for key 'address'`)],
    [
      'a value with quotes',
      driverError(1062, 'ER_DUP_ENTRY', `Duplicate entry 'x' for key '${SECRET}' for key 'people.address'`),
    ],
  ])('names the key of a duplicate and not the value: %s', (_, error) => {
    const known = databaseErrorOf(error) as DatabaseError;
    expect(known).toMatchObject({
      code: 'ER_DUP_ENTRY',
      key: 'address',
      outage: false,
      message: 'database: ER_DUP_ENTRY (key address)',
    });
    expect(inspect(known, { depth: 9 }) + JSON.stringify(known)).not.toContain(SECRET);
    expect([isDuplicate(error), isDuplicate(error, 'address'), isDuplicate(error, 'other')]).toEqual([true, true, false]);
  });

  it.each([
    [driverError(1406, 'ER_DATA_TOO_LONG', "Data too long for column 'name' at row 1"), 'database: ER_DATA_TOO_LONG (name)'],
    [
      driverError(
        1366,
        'ER_TRUNCATED_WRONG_VALUE_FOR_FIELD',
        `Incorrect integer value: '${SECRET}' for column \`s\`.\`t\`.\`n\` at row 1`,
      ),
      'database: ER_TRUNCATED_WRONG_VALUE_FOR_FIELD (s.t.n)',
    ],
    [driverError(1064, 'ER_PARSE_ERROR', `You have an error in your SQL syntax; near '${SECRET}'`), 'database: ER_PARSE_ERROR'],
  ])('names the column and not the value', (error, message) => {
    const known = databaseErrorOf(error) as DatabaseError;
    expect(known.message).toBe(message);
    expect(inspect(known, { depth: 9 })).not.toContain(SECRET);
    expect(isDatabaseOutage(error)).toBe(false);
  });

  it('is the same for an error that TypeORM has wrapped', () => {
    const wrapped = Object.assign(new Error(`QueryFailedError ${SECRET}`), {
      driverError: driverError(1213, 'ER_LOCK_DEADLOCK', 'Deadlock found'),
    });
    expect(databaseErrorOf(wrapped)).toMatchObject({ errno: 1213, outage: true });
  });
});

describe('an outage', () => {
  it.each([
    ['refused', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', errno: -111, fatal: true })],
    ['several addresses refused', Object.assign(new AggregateError([]), { code: 'ECONNREFUSED', fatal: true })],
    ['lost in the middle', Object.assign(new Error('lost'), { code: 'PROTOCOL_CONNECTION_LOST', fatal: true })],
    [
      'a closed connection',
      Object.assign(new Error("Can't add new command when connection is in closed state"), { fatal: true }),
    ],
    ['a closed pool', new Error('Pool is closed.')],
    ['too many connections', driverError(1040, 'ER_CON_COUNT_ERROR', 'Too many connections')],
    ['read only after a failover', driverError(1290, 'ER_OPTION_PREVENTS_STATEMENT', 'read-only')],
    ['disk full', driverError(1021, 'ER_DISK_FULL', 'Disk full')],
    ['lock wait', driverError(1205, 'ER_LOCK_WAIT_TIMEOUT', 'Lock wait timeout exceeded')],
    ['an outage already known', new DatabaseError({ code: 'NO_ANSWER', outage: true })],
  ])('is: %s', (_, error) => expect(isDatabaseOutage(error)).toBe(true));

  it.each([
    ['a bug of ours', new TypeError('x is not a function')],
    ['a missing table', driverError(1146, 'ER_NO_SUCH_TABLE', "Table 'a.b' doesn't exist")],
    ['a broker away', Object.assign(new Error('broker'), { name: 'BrokerUnavailableError' })],
    ['a vendor that refuses the connection', Object.assign(new Error('certn'), { code: 'ECONNREFUSED', kind: 'unavailable' })],
    ['a broker that breaks it', Object.assign(new Error('read'), { code: 'ECONNRESET', errno: -104 })],
    ['nothing', undefined],
    ['text', 'ECONNREFUSED'],
  ])('is not: %s', (_, error) => expect(isDatabaseOutage(error)).toBe(false));
});
