import type { TeamListener } from './settings-store';
import type { Team } from './team';
import { TeamChanges } from './team-changes';

/** Settings that a spec changes by hand. */
class FakeSettings {
  private readonly teams = new Map<string, Team>();
  private listener: TeamListener = () => undefined;

  onChange(listener: TeamListener): void {
    this.listener = listener;
  }
  team(teamId: string): Team | undefined {
    return this.teams.get(teamId);
  }
  save(version: number): void {
    const before = this.teams.get('team-1');
    const team = { teamId: 'team-1', version } as Team;
    this.teams.set('team-1', team);
    this.listener(team, before);
  }
  drop(): void {
    const before = this.teams.get('team-1');
    this.teams.delete('team-1');
    this.listener(undefined, before);
  }
}

const quiet = { warn: (): void => undefined };
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

describe('what changed settings mean for a table', () => {
  it('is carried out once per change', async () => {
    const settings = new FakeSettings();
    const seen: string[] = [];
    const changes = new TeamChanges({
      settings,
      log: quiet,
      apply: (team, before) => {
        seen.push(`${before?.version ?? '-'}>${team.version}`);
        return Promise.resolve();
      },
    });
    changes.start();
    settings.save(1);
    await settled();
    settings.save(2);
    await settled();
    settings.drop();
    await settled();
    expect(seen).toEqual(['->1', '1>2']);
    await changes.stop();
  });

  it('is tried again until it works, with what was before, and with the newest settings', async () => {
    const settings = new FakeSettings();
    const seen: string[] = [];
    let away = true;
    const apply = (team: Team, before: Team | undefined): Promise<void> => {
      seen.push(`${before?.version ?? '-'}>${team.version}`);
      return away ? Promise.reject(new Error('the database is away')) : Promise.resolve();
    };
    const changes = new TeamChanges({ settings, log: quiet, apply, retryMs: 5 });
    settings.save(1);
    changes.start();
    settings.save(2);
    await settled();
    settings.save(3);
    away = false;
    await settled();
    expect(seen[0]).toBe('1>2');
    expect(seen.at(-1)).toBe('1>3');
    const tries = seen.length;
    await settled();
    expect(seen).toHaveLength(tries);
    await changes.stop();
  });

  it('is given up when the service stops', async () => {
    const settings = new FakeSettings();
    const changes = new TeamChanges({
      settings,
      log: quiet,
      apply: () => Promise.reject(new Error('the database is away')),
      retryMs: 60_000,
    });
    changes.start();
    settings.save(1);
    await settled();
    await changes.stop();
  });
});
