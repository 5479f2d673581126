import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ASCII } from '@lever-certn/database/sql-rows';

/** Which commands of a person about a check were carried out or refused, for ever: Kafka may deliver one again however late. */
const ANSWERED_COMMANDS = `CREATE TABLE IF NOT EXISTS answered_commands (
  check_id CHAR(36) ${ASCII} NOT NULL,
  command_id VARCHAR(100) NOT NULL,
  PRIMARY KEY (check_id, command_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`;

/** A command is answered once per check. */
export class AnsweredCommands1764000000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ANSWERED_COMMANDS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE IF EXISTS answered_commands');
  }
}
