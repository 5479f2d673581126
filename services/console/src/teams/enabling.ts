import { Injectable } from '@nestjs/common';
import { factId } from '@lever-certn/events/identity.rules';
import type { Author } from '../audit/audit.store';
import { lookCommand } from '../candidates/commands.rules';
import { Problem } from '../http/problem';
import { enablingOf, type Enabling } from './enabling.rules';
import { LeverProbe } from './lever-probe';
import { LeverSetup, type LeverLook } from './lever-setup';
import { missingParts } from './team-parts.rules';
import type { TeamRecord } from './team-record';
import { TeamsStore } from './teams.store';

/** From when on moves count, and who moved before that is known to the services. */
interface Beginning {
  activeSinceMs: number;
  /** Their webhooks came while the team was disabled, so that nobody looked at them. */
  moved: string[];
}

/** Enabling and disabling a team's integration. From when on moves count is told by Lever's own clock. */
@Injectable()
export class IntegrationSwitch {
  constructor(
    private readonly teams: TeamsStore,
    private readonly lever: LeverSetup,
    private readonly probe: LeverProbe,
  ) {}

  /** Enables. @throws Problem `parts-missing`, `moved-meanwhile`, and what Lever or the stage stand in the way */
  async enable(author: Author, teamId: string, includeSince: string | undefined): Promise<TeamRecord> {
    const record = await this.teams.require(teamId);
    requireParts(record);
    const look = await this.lever.look(record);
    const { stage } = look;
    const enabling = enablingOf({
      enabled: record.settings.enabled,
      stageId: stage.id,
      activeStageId: record.notes.activeStageId,
      activeSinceMs: epochOf(record.settings.activeSince),
      pausedAtMs: epochOf(record.notes.pausedAt),
      clockMs: look.clockMs,
      includeSinceMs: epochOf(includeSince),
    });
    const beginning = await this.beginning(record, look, enabling);
    if (!beginning) return record;
    const activeSince = new Date(beginning.activeSinceMs).toISOString();
    return this.teams.change(author, teamId, (now) => {
      requireParts(now);
      const lever = now.settings.lever && { ...now.settings.lever, triggerStage: stage };
      const version = now.settings.version + 1;
      return {
        settings: { ...now.settings, ...(lever ? { lever } : {}), enabled: true, activeSince },
        notes: { ...now.notes, activeStageId: stage.id },
        audit: { action: 'integration-enabled', detail: { activeSince, stage: stage.name, included: beginning.moved.length } },
        commands: beginning.moved.map((opportunityId) => {
          const commandId = factId('enabled', teamId, version, opportunityId);
          return lookCommand({ teamId, commandId, by: author.by, nowMs: Date.now() }, opportunityId, version);
        }),
      };
    });
  }

  /** Disables. What waits keeps waiting, and goes on when it is enabled again. */
  async disable(author: Author, teamId: string): Promise<TeamRecord> {
    const record = await this.teams.require(teamId);
    if (!record.settings.enabled) return record;
    return this.teams.change(author, teamId, ({ settings, notes }) => ({
      settings: { ...settings, enabled: false },
      notes: { ...notes, pausedAt: new Date().toISOString() },
      audit: { action: 'integration-disabled' },
    }));
  }

  /** `undefined`: nothing is to be changed. */
  private async beginning(record: TeamRecord, look: LeverLook, enabling: Enabling): Promise<Beginning | undefined> {
    const { apiKey, stage } = look;
    switch (enabling.kind) {
      case 'nothing':
        return undefined;
      case 'begin':
        return { activeSinceMs: enabling.activeSinceMs, moved: [] };
      case 'go-on': {
        const { ids, more } = await this.probe.movedSince(apiKey, stage.id, enabling.includeSinceMs);
        if (more) throw tooManyMoved(ids.length);
        return { activeSinceMs: enabling.activeSinceMs, moved: ids };
      }
      case 'refused':
        throw includeSinceRefused(enabling.why);
      case 'ask': {
        const { ids, more } = await this.probe.movedSince(apiKey, stage.id, enabling.sinceMs);
        if (ids.length === 0 && !more) return { activeSinceMs: Date.parse(record.settings.activeSince!), moved: [] };
        throw movedMeanwhile(ids.length, more, enabling.sinceMs, enabling.nowMs);
      }
    }
  }
}

function requireParts(record: TeamRecord): void {
  const missing = missingParts(record.settings);
  if (missing.length === 0) return;
  throw new Problem('parts-missing', {
    detail: `Missing: ${missing.map(({ part }) => part).join(', ')}.`,
    cure: missing[0]!.cure,
    more: { missing },
  });
}

function movedMeanwhile(count: number, more: boolean, sinceMs: number, nowMs: number): Problem {
  const pausedSince = new Date(sinceMs).toISOString();
  const now = new Date(nowMs).toISOString();
  return new Problem('moved-meanwhile', {
    detail: `${more ? 'At least ' : ''}${count} moved into the trigger stage since ${pausedSince}, while the integration was disabled.`,
    cure: `Enable with includeSince ${pausedSince} to start their checks, or with ${now} to leave them out; they can then be ordered one by one.`,
    more: { movedMeanwhile: count, atLeast: more, pausedSince, now },
  });
}

function tooManyMoved(count: number): Problem {
  return new Problem('conflict', {
    detail: `More than ${count} moved into the trigger stage meanwhile, too many to start their checks with the switch.`,
    cure: 'Leave them out; they can then be ordered as those who stand in the stage already.',
  });
}

function includeSinceRefused(why: 'not-paused' | 'too-early' | 'ahead'): Problem {
  const cures = {
    'not-paused': 'Leave it out: with a first enabling, or another stage, nobody is ordered for who stands there already.',
    'too-early': 'Choose a time since the integration became active; earlier ones can be ordered one by one.',
    ahead: "Choose a time that has passed by Lever's clock.",
  };
  return new Problem('invalid', {
    detail: 'includeSince can not be used so.',
    cure: cures[why],
    more: { errors: [{ field: 'includeSince', message: why }] },
  });
}

function epochOf(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}
