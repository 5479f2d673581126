import { randomUUID } from 'node:crypto';
import { TOPICS } from '@lever-certn/events/topics';
import type { TeamSettings } from '@lever-certn/events/team-settings';
import type { KafkaSettings } from '@lever-certn/kafka/connection';
import { TopicReader } from '@lever-certn/kafka/topic-reader';
import type { Keyring } from '@lever-certn/sealing/keyring';
import { SettingsStore, type SettingsOutcome, type TeamListener } from './settings-store';
import type { Team } from './team';

/** Where the view tells what it did; pino's logger fits. */
export interface SettingsLog {
  info(line: object, message?: string): void;
  warn(line: object, message?: string): void;
  error(line: object, message?: string): void;
  debug(line: object, message?: string): void;
}

/** What a view is made of. */
export interface SettingsViewOptions {
  settings: KafkaSettings;
  keyring: Keyring;
  log: SettingsLog;
  /** The service's name: part of the name of the group that reads. */
  service: string;
}

/**
 * Every team's settings as they are now: read from the compacted topic `team-settings` to its end, then followed live, with a group of its own
 * per process. The newest version wins; a tombstone means the team is gone; of a team whose newest settings can't be opened the last good
 * ones stay in force, which is logged and shown by {@link unopened}.
 */
export class SettingsView {
  private readonly store: SettingsStore;
  private readonly reader: TopicReader<TeamSettings>;

  constructor(private readonly options: SettingsViewOptions) {
    this.store = new SettingsStore(options.keyring);
    this.reader = new TopicReader({
      settings: options.settings,
      topic: TOPICS.teamSettings,
      group: `${options.service}-settings-${randomUUID()}`,
      log: options.log,
      onEvent: (event) => this.tell(event.teamId, this.store.put(event), event.version),
      onTombstone: (teamId) => this.tell(teamId, this.store.remove(teamId)),
      onPoison: (reason, key) => key !== null && this.tell(key, this.store.unreadable(key), undefined, reason),
    });
  }

  /** Resolves when the topic has been read to its end. */
  start(): Promise<void> {
    return this.reader.start();
  }

  /** Stops reading and deletes the group. */
  stop(): Promise<void> {
    return this.reader.stop();
  }

  /** Whether the topic has been read to its end once. */
  get ready(): boolean {
    return this.reader.caughtUp;
  }

  /** False while the view can't keep up with the topic, so that what it says may be old. */
  get current(): boolean {
    return this.reader.current;
  }

  team(teamId: string): Team | undefined {
    return this.store.team(teamId);
  }

  byIntegration(integrationId: string): Team | undefined {
    return this.store.byIntegration(integrationId);
  }

  /** Whether an integration exists whose team has no settings that could be opened: not "unknown", but "can't say now". */
  isUnopened(integrationId: string): boolean {
    return this.store.isUnopened(integrationId);
  }

  /** Ids of teams that run on older settings than the newest, or on none. */
  unopened(): string[] {
    return this.store.unopened();
  }

  /** The teams that share a vendor account. */
  teamsOfAccount(vendor: 'lever' | 'certn', account: string): Team[] {
    return this.store.teamsOfAccount(vendor, account);
  }

  all(): Iterable<Team> {
    return this.store.all();
  }

  /** Calls the listener after each change, with the team (`undefined`: gone) and what it was before. */
  onChange(listener: TeamListener): void {
    this.store.onChange(listener);
  }

  /** Whether the settings known of a team are at least of this version. A message decided with newer ones has to wait. */
  isAtLeast(teamId: string, version: number): boolean {
    return (this.store.team(teamId)?.version ?? 0) >= version;
  }

  private tell(teamId: string, outcome: SettingsOutcome, version?: number, reason?: string): void {
    const { log } = this.options;
    const line = { teamId, version, outcome, reason };
    if (outcome === 'unopened' || outcome === 'unreadable')
      log.error(
        line,
        outcome === 'unopened'
          ? 'the newest settings of a team could not be opened: add the key they were sealed with to SEALING_KEYS; the last good ones stay in force'
          : 'the newest settings of a team could not be read: save them again in the console; the last good ones stay in force',
      );
    else log.debug(line, 'settings');
  }
}
