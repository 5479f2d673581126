/**
 * The one way in which a statement fails. It carries the server's code and, where one is named, the key or the column; never a value and never the
 * statement, since both hold what must not be logged.
 */
export class DatabaseError extends Error {
  /** `ER_DUP_ENTRY`, `ECONNREFUSED` … */
  readonly code: string;
  /** The server's own number, 0 where the failure is not the server's. */
  readonly errno: number;
  /** Of a duplicate: the unique key, without its table. */
  readonly key: string | undefined;
  /** The database is away or can't take this now: the same statement may work later. */
  readonly outage: boolean;

  constructor(failure: { code: string; errno?: number; key?: string | undefined; where?: string | undefined; outage: boolean }) {
    const where = failure.where ?? (failure.key ? `key ${failure.key}` : undefined);
    super(`database: ${failure.code}${where ? ` (${where})` : ''}`);
    this.name = 'DatabaseError';
    this.code = failure.code;
    this.errno = failure.errno ?? 0;
    this.key = failure.key;
    this.outage = failure.outage;
  }
}

/** What the server says when it can't take a statement now, though nothing is wrong with it. MariaDB and MySQL share these numbers. */
const NOT_NOW = new Map([
  [1021, 'disk full'],
  [1040, 'too many connections'],
  [1041, 'out of memory'],
  [1044, 'no access to the schema'],
  [1045, 'access denied'],
  [1053, 'server shutdown'],
  [1077, 'shutdown'],
  [1114, 'table full'],
  [1129, 'host blocked'],
  [1158, 'network read'],
  [1159, 'network read timeout'],
  [1160, 'network write'],
  [1161, 'network write timeout'],
  [1203, 'too many connections of the user'],
  [1205, 'lock wait timeout'],
  [1213, 'deadlock'],
  [1290, 'read only'],
  [1317, 'interrupted'],
  [1792, 'read only transaction'],
  [1836, 'read only'],
  [1927, 'connection killed'],
  [3169, 'session killed'],
]);

/** The transaction was rolled back because of another one: the same one again is right. */
export const DEADLOCK = 1213;
const DUPLICATE = 1062;

interface DriverError {
  code?: unknown;
  errno?: unknown;
  fatal?: unknown;
  message?: unknown;
  driverError?: unknown;
  errors?: unknown;
}

const DRIVER_CODE = /^(ER_|PROTOCOL_|UNKNOWN_CODE|WARN_)/;

/** What is known of a driver's error, without its values. Anything that is not one is returned as it is. */
export function databaseErrorOf(error: unknown): unknown {
  if (error instanceof DatabaseError || typeof error !== 'object' || error === null) return error;
  const outer = error as DriverError;
  if (outer.driverError) return databaseErrorOf(outer.driverError);
  const { code, errno, fatal, message } = outer;
  if (message === 'Pool is closed.') return new DatabaseError({ code: 'POOL_CLOSED', outage: true });
  // A network failure is the database's only if mysql2 has marked it: vendors and brokers fail with the same codes.
  if (fatal !== true && !(typeof code === 'string' && DRIVER_CODE.test(code))) return error;
  const number = typeof errno === 'number' && errno > 0 ? errno : 0;
  const text = typeof message === 'string' ? message : '';
  return new DatabaseError({
    code: typeof code === 'string' ? code : 'PROTOCOL_CONNECTION_LOST',
    errno: number,
    key: number === DUPLICATE ? /for key '(?:[^']*\.)?([^'.]{1,64})'$/.exec(text)?.[1] : undefined,
    where: number === DUPLICATE ? undefined : columnIn(text),
    outage: fatal === true || NOT_NOW.has(number) || (typeof code === 'string' && code.startsWith('PROTOCOL_')),
  });
}

/** A value may stand before the name and never after it. */
const NAMES = [/for column [`']?([\w.`]+?)[`']? at row \d+$/, /^(?:Unknown column|Column|Field|Table) '([\w.]+)' /];

function columnIn(text: string): string | undefined {
  for (const names of NAMES) {
    const name = names.exec(text)?.[1];
    if (name) return name.replaceAll('`', '');
  }
  return undefined;
}

/** The same, as what a promise may be rejected with. */
export function failureOf(error: unknown): Error {
  const known = databaseErrorOf(error);
  return known instanceof Error ? known : new Error('database: an error that is none', { cause: known });
}

/** Whether the database is away or can't take anything now, so that waiting and trying the same again is right. */
export function isDatabaseOutage(error: unknown): boolean {
  const known = databaseErrorOf(error);
  return known instanceof DatabaseError && known.outage;
}

/** Whether a unique key refused the row: any, or the one named. */
export function isDuplicate(error: unknown, key?: string): boolean {
  const known = databaseErrorOf(error);
  return known instanceof DatabaseError && known.errno === DUPLICATE && (key === undefined || known.key === key);
}
