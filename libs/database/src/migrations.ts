import { type DataSource, MigrationExecutor } from 'typeorm';

/** Another process has been migrating the schema for too long. */
export class MigrationsLockedError extends Error {
  constructor(schema: string) {
    super(`${schema}: another process holds the lock of the migrations`);
    this.name = 'MigrationsLockedError';
  }
}

/**
 * Runs what has not run yet, one process at a time: the lock and the migrations share one connection, so a process that dies gives the lock back and one
 * that loses its connection can't go on. @throws MigrationsLockedError
 */
export async function migrate(dataSource: DataSource, schema: string, waitMs = 60_000): Promise<void> {
  if (dataSource.migrations.length === 0) return;
  const lock = `${schema}.migrations`;
  const runner = dataSource.createQueryRunner();
  try {
    const answer = (await runner.query('SELECT GET_LOCK(?, ?) AS taken', [lock, Math.ceil(waitMs / 1_000)])) as {
      taken: number | null;
    }[];
    if (Number(answer[0]?.taken) !== 1) throw new MigrationsLockedError(schema);
    try {
      const executor = new MigrationExecutor(dataSource, runner);
      executor.transaction = 'none';
      await executor.executePendingMigrations();
    } finally {
      await runner.query('SELECT RELEASE_LOCK(?)', [lock]).catch(() => undefined);
    }
  } finally {
    await runner.release();
  }
}
