import { Injectable } from '@nestjs/common';
import { ConsoleConfig } from '../config';
import type { TeamAnswer } from './answers';
import { ConnectionTestsStore } from './connection-tests.store';
import { ConnectionsStore } from './connections.store';
import { teamAnswer } from './team-answer.rules';
import type { TeamRecord } from './team-record';

/** Teams as the API shows them, with the news of their connections. */
@Injectable()
export class TeamAnswers {
  constructor(
    private readonly config: ConsoleConfig,
    private readonly connections: ConnectionsStore,
    private readonly tests: ConnectionTestsStore,
  ) {}

  async of(records: readonly TeamRecord[]): Promise<TeamAnswer[]> {
    const ids = records.map(({ settings }) => settings.teamId);
    const [connections, tests] = await Promise.all([this.connections.of(ids), this.tests.of(ids)]);
    return records.map((record) => teamAnswer(record, { connections, tests }, this.config.PUBLIC_INGRESS_URL, Date.now()));
  }

  async one(record: TeamRecord): Promise<TeamAnswer> {
    return (await this.of([record]))[0]!;
  }
}
