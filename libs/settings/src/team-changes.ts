import type { SettingsView } from './settings-view';
import type { Team } from './team';

/** What follows a change of settings. */
export interface TeamChangesOptions {
  settings: Pick<SettingsView, 'onChange' | 'team'>;
  log: { warn(line: object, message: string): void };
  /** Brings about what the settings as they are now mean for a table. May be called again for the same change. */
  apply: (team: Team, before: Team | undefined) => Promise<void>;
  /** How long to wait after it failed; default 1000 ms. */
  retryMs?: number;
}

const RETRY_MS = 1000;

/**
 * Carries out what changed settings mean for a service's table, one change of a team at a time, and again until it works: the database may be away just
 * then. A newer change of the team takes the place of one that waits, with what was before both.
 */
export class TeamChanges {
  private readonly waiting = new Map<string, Team | undefined>();
  private readonly active = new Map<string, Promise<void>>();
  private stopped = false;
  private release: () => void = () => undefined;
  private readonly stopping = new Promise<void>((resolve) => (this.release = resolve));

  constructor(private readonly options: TeamChangesOptions) {}

  /** Follows changes from now on. */
  start(): void {
    this.options.settings.onChange((team, before) => {
      if (!team || this.stopped) return;
      if (!this.waiting.has(team.teamId)) this.waiting.set(team.teamId, before);
      if (!this.active.has(team.teamId)) this.active.set(team.teamId, this.follow(team.teamId));
    });
  }

  /** Follows no more; resolves when what is under way has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.release();
    await Promise.all(this.active.values());
  }

  private async follow(teamId: string): Promise<void> {
    while (this.waiting.has(teamId) && !this.stopped) {
      const before = this.waiting.get(teamId);
      this.waiting.delete(teamId);
      const team = this.options.settings.team(teamId);
      if (team && !(await this.applied(team, before))) {
        this.waiting.set(teamId, before);
        await this.pause();
      }
    }
    this.active.delete(teamId);
  }

  private async applied(team: Team, before: Team | undefined): Promise<boolean> {
    try {
      await this.options.apply(team, before);
      return true;
    } catch (err) {
      this.options.log.warn({ teamId: team.teamId, err }, 'changed settings could not be carried out yet');
      return false;
    }
  }

  private async pause(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      new Promise<void>((resolve) => (timer = setTimeout(resolve, this.options.retryMs ?? RETRY_MS))),
      this.stopping,
    ]);
    clearTimeout(timer);
  }
}
