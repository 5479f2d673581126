import type { TeamSettings } from '@lever-certn/events/team-settings';
import { openTeam, type Team } from './team';
import type { Keyring } from '@lever-certn/sealing/keyring';

/** What became of one settings message. */
export type SettingsOutcome = 'changed' | 'older' | 'unopened' | 'gone' | 'unreadable';

/** Told of a change: the team as it is now (`undefined`: gone) and as it was. */
export type TeamListener = (team: Team | undefined, before: Team | undefined) => void;

/**
 * Every team's newest settings that could be opened, and the indexes they are found by. Pure memory: what arrives is put in, in any
 * order; the newest version wins.
 */
export class SettingsStore {
  private readonly teams = new Map<string, Team>();
  private readonly integrations = new Map<string, Team>();
  private readonly accounts = new Map<string, Set<string>>();
  /** Teams whose newest settings could not be used, with the integration id where it is known. */
  private readonly unopenedTeams = new Map<string, string | undefined>();
  private readonly listeners: TeamListener[] = [];

  constructor(private readonly keyring: Keyring) {}

  /** Takes a team's settings. What can't be opened leaves the last good settings in force. */
  put(settings: TeamSettings): SettingsOutcome {
    const before = this.teams.get(settings.teamId);
    if (before && before.version >= settings.version) return 'older';
    let team: Team;
    try {
      team = openTeam(settings, this.keyring);
    } catch {
      this.unopenedTeams.set(settings.teamId, settings.integrationId);
      return 'unopened';
    }
    this.unopenedTeams.delete(settings.teamId);
    this.replace(team.teamId, before, team);
    return 'changed';
  }

  /** A team's newest settings could not be read at all. */
  unreadable(teamId: string): SettingsOutcome {
    this.unopenedTeams.set(teamId, this.teams.get(teamId)?.integrationId);
    return 'unreadable';
  }

  /** The team is gone. */
  remove(teamId: string): SettingsOutcome {
    this.unopenedTeams.delete(teamId);
    const before = this.teams.get(teamId);
    if (before) this.replace(teamId, before, undefined);
    return 'gone';
  }

  team(teamId: string): Team | undefined {
    return this.teams.get(teamId);
  }

  byIntegration(integrationId: string): Team | undefined {
    return this.integrations.get(integrationId);
  }

  /** Whether an integration exists whose team has no settings that could be opened. */
  isUnopened(integrationId: string): boolean {
    if (this.unopenedTeams.size === 0 || this.integrations.has(integrationId)) return false;
    for (const known of this.unopenedTeams.values()) if (known === integrationId) return true;
    return false;
  }

  /** Teams that run on older settings than the newest, or on none, because those could not be opened. */
  unopened(): string[] {
    return [...this.unopenedTeams.keys()];
  }

  teamsOfAccount(vendor: 'lever' | 'certn', account: string): Team[] {
    return [...(this.accounts.get(`${vendor} ${account}`) ?? [])].map((teamId) => this.teams.get(teamId)!);
  }

  all(): IterableIterator<Team> {
    return this.teams.values();
  }

  onChange(listener: TeamListener): void {
    this.listeners.push(listener);
  }

  private replace(teamId: string, before: Team | undefined, team: Team | undefined): void {
    if (before) {
      if (this.integrations.get(before.integrationId) === before) this.integrations.delete(before.integrationId);
      for (const account of accountsOf(before)) this.leaveAccount(account, teamId);
    }
    if (team) {
      this.teams.set(teamId, team);
      this.integrations.set(team.integrationId, team);
      for (const account of accountsOf(team)) this.accounts.set(account, (this.accounts.get(account) ?? new Set()).add(teamId));
    } else this.teams.delete(teamId);
    for (const listener of this.listeners) listener(team, before);
  }

  private leaveAccount(account: string, teamId: string): void {
    const members = this.accounts.get(account);
    members?.delete(teamId);
    if (members?.size === 0) this.accounts.delete(account);
  }
}

function accountsOf(team: Team): string[] {
  return [...(team.lever ? [`lever ${team.lever.account}`] : []), ...(team.certn ? [`certn ${team.certn.account}`] : [])];
}
