import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The last test of each connection, as it is shown: per permission what works. `account` is the key it was made with: a test of an older key says nothing. */
const CONNECTION_TESTS = `CREATE TABLE IF NOT EXISTS connection_tests (
  team_id VARCHAR(100) NOT NULL,
  vendor VARCHAR(10) NOT NULL,
  account VARCHAR(100) NOT NULL,
  at DATETIME(3) NOT NULL,
  result TEXT NOT NULL,
  PRIMARY KEY (team_id, vendor),
  KEY vendor (vendor, at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

/** What connection tests found. */
export class ConnectionTests1764000000210 implements MigrationInterface {
  name = 'ConnectionTests1764000000210';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(CONNECTION_TESTS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS connection_tests');
  }
}
