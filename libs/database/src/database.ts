import { readFileSync } from 'node:fs';
import { Flag, Optional, Text, WholeNumber } from '@lever-certn/config/setting';
import mysql, { type Pool, type PoolConnection, type PoolOptions, type ResultSetHeader } from 'mysql2';
import { DataSource } from 'typeorm';
import { databaseErrorOf, DatabaseError, DEADLOCK, failureOf, isDatabaseOutage } from './database-error';
import { migrate } from './migrations';
import { ensureSchema, serverOf, tlsOf } from './schema';

export { isDatabaseOutage } from './database-error';

/** Where a service keeps its tables. */
export class DatabaseConfig {
  @Text(
    'The database server, MySQL 8.4 or newer or MariaDB 10.6 or newer, with the user that services sign in as; without a schema.',
    /^mysql:\/\/[^@/\s]+@[^/\s]+\/?$/,
    'a URL like mysql://user:password@host:3306',
    { secret: true, example: 'mysql://lever_certn:<password>@127.0.0.1:3306' },
  )
  DATABASE_URL!: string;

  @Optional()
  @Text(
    'The schema of this service, made if it is missing; `lever_certn_<service>` if not set.',
    /^[a-z][a-z0-9_]{0,47}$/,
    'at most 48 lower case letters, digits and _, a letter first',
  )
  DATABASE_SCHEMA?: string;

  @WholeNumber('The most connections one process opens.', 2, 200)
  DATABASE_POOL: number = 10;

  @Flag('Whether connections to the database are encrypted, and its certificate is checked.')
  DATABASE_TLS: boolean = false;

  @Optional()
  @Text('A file with the certificate authorities (PEM) that are trusted instead of the well-known ones; turns `DATABASE_TLS` on.')
  DATABASE_CA_FILE?: string;
}

/** What a service opens its schema with, as its configuration says. @throws Error when the file of certificates can't be read */
export function databaseOptions(
  config: DatabaseConfig,
  service: string,
): Pick<DatabaseOptions, 'url' | 'schema' | 'poolSize' | 'tls'> {
  const { DATABASE_CA_FILE: caFile } = config;
  const tls = caFile ? { ca: readFileSync(caFile, 'utf8') } : config.DATABASE_TLS;
  return {
    url: config.DATABASE_URL,
    schema: config.DATABASE_SCHEMA ?? `lever_certn_${service}`,
    poolSize: config.DATABASE_POOL,
    tls,
  };
}

/** How a service opens its schema. */
export interface DatabaseOptions {
  /** `mysql://user:password@host:port`, without a schema. */
  url: string;
  /** At most 48 characters of `a-z0-9_`. */
  schema: string;
  /** TypeORM migrations, in order. DDL commits by itself on MySQL, so write them to be run twice (`CREATE TABLE IF NOT EXISTS`). */
  migrations: Function[]; // eslint-disable-line @typescript-eslint/no-unsafe-function-type -- TypeORM's own type
  entities?: Function[]; // eslint-disable-line @typescript-eslint/no-unsafe-function-type -- TypeORM's own type
  /** Most connections. */
  poolSize?: number;
  /** True: encrypted, with a certificate that the well-known authorities vouch for. */
  tls?: boolean | { ca: string };
  /** How long to wait for a database that is away when it is to be opened. */
  waitMs?: number;
  /** How long to wait for another process that is migrating the schema. */
  migrationsWaitMs?: number;
  /** How long opening a connection may take before the database counts as away. */
  connectTimeoutMs?: number;
  /** How long a statement or a script may take, waiting for a connection included, before the database counts as away. */
  answerTimeoutMs?: number;
}

/** What a writing statement did. */
export interface Written {
  affectedRows: number;
}

/** Where statements are sent to: the database, each call a transaction of its own; or one transaction that is under way. */
export type Statements = Pick<Database, 'query' | 'run' | 'script'>;

const OPEN_AGAIN_MS = 500;
/** Signing in failed: no waiting cures that. */
const REFUSED = new Set([1044, 1045, 1698]);
const DEADLOCK_RETRIES = 3;
const HEALTHY_WITHIN_MS = 1_000;

/** Every session: UTC, READ COMMITTED, strict, and no waiting for a lock for longer than any of our transactions takes. */
const SESSION = `SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', innodb_lock_wait_timeout = 5;
SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED`;

/**
 * Makes the schema if it is missing, and its tables, one process at a time. Waits for a database that is away.
 * @throws DatabaseError MigrationsLockedError, and whatever a migration throws
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const giveUpMs = performance.now() + (options.waitMs ?? 30_000);
  for (;;) {
    try {
      return await openOnce(options);
    } catch (error) {
      const known = databaseErrorOf(error);
      const refused = known instanceof DatabaseError && REFUSED.has(known.errno);
      if (!isDatabaseOutage(known) || refused || performance.now() > giveUpMs) throw known;
      await new Promise((resolve) => setTimeout(resolve, OPEN_AGAIN_MS));
    }
  }
}

/** We prepare none, and a connection makes room for all it may keep at once: half a megabyte each for the 16,000 it would keep. */
const NO_PREPARED = 1;

async function openOnce(options: DatabaseOptions): Promise<Database> {
  const { schema } = options;
  const server = { ...serverOf(options.url), ssl: tlsOf(options.tls) };
  const connectTimeout = options.connectTimeoutMs ?? 1_000;
  await ensureSchema(server, schema, connectTimeout);
  let pool: Pool | undefined;
  const createPool = (poolOptions: PoolOptions): Pool => {
    pool = mysql.createPool({ ...poolOptions, maxPreparedStatements: NO_PREPARED });
    pool.on('connection', (connection) => connection.query(SESSION, (error: unknown) => error && connection.destroy()));
    return pool;
  };
  const dataSource = new DataSource({
    type: 'mysql',
    driver: { ...mysql, createPool },
    host: server.host,
    port: server.port,
    username: server.user,
    password: server.password,
    ...(server.ssl ? { ssl: server.ssl } : {}),
    database: schema,
    poolSize: options.poolSize ?? 10,
    connectTimeout,
    charset: 'utf8mb4_unicode_ci',
    timezone: 'Z',
    dateStrings: true,
    bigNumberStrings: false,
    multipleStatements: true,
    synchronize: false,
    migrationsRun: false,
    logging: false,
    migrations: options.migrations,
    entities: options.entities ?? [],
  });
  try {
    await dataSource.initialize();
    await migrate(dataSource, schema, options.migrationsWaitMs);
    return new Database(dataSource, pool as Pool, schema, options.answerTimeoutMs ?? 5_000);
  } catch (error) {
    if (pool) await new Promise((resolve) => pool?.end(resolve));
    throw error;
  }
}

/** One service's schema. Times come and go as text (`toSqlTime`, `fromSqlTime`), always UTC. Every method throws {@link DatabaseError}. */
export class Database {
  /** Transactions that were rolled back because of another one and sent again, since the schema was opened. */
  deadlocks = 0;

  constructor(
    readonly dataSource: DataSource,
    private readonly pool: Pool,
    readonly schema: string,
    private readonly answerTimeoutMs: number,
  ) {}

  /** Rows of one SELECT; of several SELECTs in one text, a list of rows each. `?` stands for a value, a list of values, or a list of rows. */
  query<T>(sql: string, values: unknown[] = []): Promise<T[]> {
    return this.retried(() => this.send(sql, values, false)) as Promise<T[]>;
  }

  /** One writing statement, a transaction of its own. */
  async run(sql: string, values: unknown[] = []): Promise<Written> {
    return (await this.retried(() => this.send(sql, values, false))) as ResultSetHeader;
  }

  /** Several statements as one transaction in one round trip, READ COMMITTED. Answers what each statement said. A deadlock is tried again up to 3 times. */
  async script(sql: string, values: unknown[] = []): Promise<unknown[]> {
    const text = `START TRANSACTION;\n${sql.trim().replace(/;$/, '')};\nCOMMIT`;
    const results = (await this.retried(() => this.send(text, values, true))) as unknown[];
    return results.slice(1, -1);
  }

  /**
   * Several statements as one transaction, READ COMMITTED, where what is sent depends on what was read: a round trip each, so a {@link script} is better where
   * it will do. Whatever `work` throws takes all of it back. After a deadlock `work` is done again, up to 3 times: it sends everything through `transaction`
   * and changes nothing besides.
   */
  transaction<T>(work: (transaction: Statements) => Promise<T>): Promise<T> {
    return this.retried(() =>
      this.withConnection(async (query) => {
        await query('START TRANSACTION');
        try {
          const result = await work(withinTransaction(query));
          await query('COMMIT');
          return result;
        } catch (error) {
          await query('ROLLBACK').catch(() => undefined);
          throw error;
        }
      }),
    );
  }

  /** A connection of one's own, for what is bound to a session (GET_LOCK). Given back when `work` ends. */
  async withConnection<T>(work: (query: <Row>(sql: string, values?: unknown[]) => Promise<Row[]>) => Promise<T>): Promise<T> {
    const connection = await new Promise<PoolConnection>((resolve, reject) =>
      this.pool.getConnection((error, opened) => (error ? reject(failureOf(error)) : resolve(opened))),
    );
    let broken = false;
    const query = <Row>(sql: string, values: unknown[] = []): Promise<Row[]> =>
      new Promise((resolve, reject) => {
        connection.query({ sql, values, timeout: this.answerTimeoutMs }, (error, rows) => {
          if (!error) return resolve(rows as Row[]);
          const known = failureOf(error);
          broken ||= known instanceof DatabaseError && known.outage;
          reject(known);
        });
      });
    try {
      return await work(query);
    } finally {
      if (broken) connection.destroy();
      else connection.release();
    }
  }

  /** Whether the database answers within a second. */
  async healthy(): Promise<boolean> {
    try {
      await this.send('SELECT 1', [], false, HEALTHY_WITHIN_MS);
      return true;
    } catch {
      return false;
    }
  }

  /** Ends all connections after what is under way. */
  async close(): Promise<void> {
    await this.dataSource.destroy();
  }

  private async retried<T>(send: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await send();
      } catch (error) {
        if (!(error instanceof DatabaseError) || error.errno !== DEADLOCK || attempt >= DEADLOCK_RETRIES) throw error;
        this.deadlocks += 1;
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * (attempt + 1)));
      }
    }
  }

  private send(sql: string, values: unknown[], transaction: boolean, withinMs = this.answerTimeoutMs): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let connection: PoolConnection | undefined;
      let over = false;
      const settle = (then: () => void): void => {
        if (over) return;
        over = true;
        clearTimeout(timer);
        then();
      };
      const timer = setTimeout(() => {
        settle(() => reject(new DatabaseError({ code: 'NO_ANSWER', outage: true })));
        connection?.destroy();
      }, withinMs);
      this.pool.getConnection((failed, opened) => {
        if (failed) return settle(() => reject(failureOf(failed)));
        if (over) return opened.release();
        connection = opened;
        opened.query(sql, values, (error, result) => {
          if (over) return;
          if (!error) return settle(() => (opened.release(), resolve(result)));
          const fail = (): void => settle(() => reject(failureOf(error)));
          if (!transaction) return (opened.release(), fail());
          // Only after the rollback, so that a retry does not meet its own locks.
          opened.query('ROLLBACK', (broken) => (broken ? opened.destroy() : opened.release(), fail()));
        });
      });
    });
  }
}

function withinTransaction(query: Database['query']): Statements {
  return {
    query,
    run: async (sql, values) => (await query(sql, values)) as unknown as ResultSetHeader,
    // A text with one statement would not answer a list: with one more in front it always does.
    script: async (sql, values) => (await query<unknown>(`DO 0;\n${sql}`, values)).slice(1),
  };
}
