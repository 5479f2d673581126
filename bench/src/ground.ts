import { setTimeout as sleep } from 'node:timers/promises';
import { Outside, System } from '../../e2e/src/system';
import { STAGE, Team } from '../../e2e/src/team';

const OTHER = 'Phone screen';
const LOOK_EVERY_MS = 100;

interface Tally {
  opportunities: number;
  exact: number;
  wrong: object[];
  times: [id: string, movedAtMs: number, taggedAtMs: number | null][];
}

/** Candidates of one team that are ready to be moved. */
export interface Batch {
  team: Team;
  stageId: string;
  ids: string[];
}

/** A system under measurement with teams whose accounts have no practical limit. */
export class Ground {
  private constructor(
    readonly system: System,
    readonly outside: Outside,
    readonly teams: Team[],
    private readonly stageIds: Map<string, string>,
  ) {}

  static async start(teamCount: number): Promise<Ground> {
    const profiles = process.env.BENCH_PROFILES;
    const system = await System.start({
      ...(profiles ? { nodeFlags: ['--cpu-prof', `--cpu-prof-dir=${profiles}`] } : {}),
      env: {
        LEVER_LIMIT: '100000/s burst 100000',
        CERTN_LIMIT: '100000/s burst 100000',
        CASE_REREAD_MS: '3600000',
        VENDOR_TIMEOUT_MS: '10000',
        ORDER_SEND_WITHIN_MS: '5000',
        UNCLEAR_LOOKUPS_MS: '30000,90000',
      },
    });
    const outside = await Outside.of(system.description);
    const teams: Team[] = [];
    const stageIds = new Map<string, string>();
    for (let index = 0; index < teamCount; index += 1) {
      // The load is Lever's webhooks; those of Certn would be further ones, which nobody counts.
      const team = await Team.create(outside, { certnWebhooks: false });
      const { stages } = await outside.sandbox.get<{ stages: { id: string; text: string }[] }>(`/lever/accounts/${team.account}`);
      stageIds.set(team.id, stages.find(({ text }) => text === STAGE)!.id);
      teams.push(team);
    }
    return new Ground(system, outside, teams, stageIds);
  }

  /** Makes `count` candidates, spread over the teams; they stand in another stage. */
  async candidates(count: number): Promise<Batch[]> {
    const each = Math.ceil(count / this.teams.length);
    const batches: Batch[] = [];
    for (const [index, team] of this.teams.entries()) {
      const wanted = Math.min(each, count - index * each);
      if (wanted <= 0) break;
      const prefix = `load-${Date.now().toString(36)}-${index}`;
      const { ids } = await this.outside.sandbox.post<{ ids: string[] }>(`/lever/accounts/${team.account}/opportunities`, {
        count: wanted,
        stage: OTHER,
        prefix,
      });
      batches.push({ team, stageId: this.stageIds.get(team.id)!, ids });
    }
    return batches;
  }

  /** Moves candidates in Lever without Lever's own webhook: the load sends it. */
  async move({ team, ids }: Batch): Promise<void> {
    await this.outside.sandbox.post(`/lever/accounts/${team.account}/moves`, { ids, stage: STAGE, webhook: false });
  }

  /** When each of the candidates got its tag. Resolves when all have exactly one order and one tag. @throws Error with what is missing */
  async allTagged(batches: readonly Batch[], withinMs: number): Promise<Map<string, number>> {
    const end = Date.now() + withinMs;
    const taggedAt = new Map<string, number>();
    for (const batch of batches) {
      const wanted = new Set(batch.ids);
      for (;;) {
        const { times, wrong } = await this.outside.sandbox.get<Tally>(
          `/tally/${batch.team.account}?stage=${encodeURIComponent(STAGE)}&times=true`,
        );
        const mine = times.filter(([id]) => wanted.has(id));
        const done = mine.filter(([, , tagged]) => tagged !== null);
        if (done.length === wanted.size && wrong.length === 0) {
          for (const [id, , tagged] of done) taggedAt.set(id, tagged!);
          break;
        }
        if (Date.now() > end)
          throw new Error(
            `${wanted.size - done.length} of ${wanted.size} candidates of a team have no tag; ${wrong.length} are not exactly one order and one tag`,
          );
        await sleep(LOOK_EVERY_MS);
      }
    }
    return taggedAt;
  }

  /** Process ids of what the CPU of a webhook is made of: services, and what the caller adds (broker, database). */
  pids(): Map<string, number> {
    return new Map(this.system.services.filter(({ name }) => name !== 'sandbox').map(({ name, pid }) => [name, pid]));
  }

  stop(): Promise<void> {
    return this.system.stop();
  }
}
