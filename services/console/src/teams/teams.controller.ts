import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { TAG_PROFILES, type TagProfile } from '@lever-certn/events/check-statuses.rules';
import { From, type Caller } from '../http/caller';
import { ChoiceField, FlagField, TextField } from '../http/fields';
import { cursorOf, PageQuery, pageOf, readCursor } from '../http/paging';
import { Problem } from '../http/problem';
import { TeamAnswer, TeamPage } from './answers';
import { KnownRecords } from './known-records';
import { TeamAnswers } from './team-answers';
import { TeamsStore } from './teams.store';

const NAME_CHARACTERS = 200;
const PROFILE_SAYS = 'Which set of status tags is kept in Lever.';
const SHARE_SAYS = 'Whether the result (clear, review) is told to other systems and shown in the tag.';

class NewTeam {
  @TextField(NAME_CHARACTERS) name!: string;
  @ChoiceField(TAG_PROFILES, { optional: true, says: PROFILE_SAYS }) tagProfile?: TagProfile;
  @FlagField({ optional: true, says: SHARE_SAYS }) shareResults?: boolean;
}

class TeamChangeRequest {
  @TextField(NAME_CHARACTERS, { optional: true }) name?: string;
  @ChoiceField(TAG_PROFILES, { optional: true, says: PROFILE_SAYS }) tagProfile?: TagProfile;
  @FlagField({ optional: true, says: SHARE_SAYS }) shareResults?: boolean;
}

/** Teams: the tenants. */
@ApiTags('teams')
@Controller('api/teams')
export class TeamsController {
  constructor(
    private readonly teams: TeamsStore,
    private readonly answers: TeamAnswers,
    private readonly known: KnownRecords,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The teams one is of, by name; owners: all' })
  @ApiOkResponse({ type: TeamPage })
  async list(@From() caller: Caller, @Query() query: PageQuery): Promise<TeamPage> {
    const after = readCursor(query.after, 2);
    const ids = caller.owner ? undefined : [...caller.roles.keys()];
    const records = await this.teams.page({ ids, after, limit: query.limit + 1 });
    const { items, next } = pageOf(records, query.limit, ({ settings }) => cursorOf(settings.name, settings.teamId));
    return { items: await this.answers.of(items), next };
  }

  @Post()
  @ApiOperation({ summary: 'Make a team' })
  @ApiCreatedResponse({ type: TeamAnswer })
  async add(@From() caller: Caller, @Body() body: NewTeam): Promise<TeamAnswer> {
    const { name, tagProfile = 'classic', shareResults = false } = body;
    return this.answers.one(await this.teams.create(caller, { name, tagProfile, shareResults }));
  }

  @Get(':teamId')
  @ApiOperation({ summary: 'A team: what is set up, what is missing, how its connections are' })
  @ApiOkResponse({ type: TeamAnswer })
  async read(@Param('teamId') teamId: string): Promise<TeamAnswer> {
    return this.answers.one(await this.teams.require(teamId));
  }

  @Patch(':teamId')
  @ApiOperation({ summary: 'Change a name, the tag profile or whether results are shared' })
  @ApiOkResponse({ type: TeamAnswer })
  async change(@From() caller: Caller, @Param('teamId') teamId: string, @Body() body: TeamChangeRequest): Promise<TeamAnswer> {
    const changes = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined && value !== null));
    const record = await this.teams.change(caller, teamId, ({ settings, notes }) => ({
      settings: { ...settings, ...changes },
      notes,
      audit: { action: 'team-changed', detail: changes },
    }));
    return this.answers.one(record);
  }

  @Delete(':teamId')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a team that has no open checks' })
  @ApiNoContentResponse()
  async remove(@From() caller: Caller, @Param('teamId') teamId: string): Promise<void> {
    await this.teams.require(teamId);
    const openChecks = await this.known.openChecks(teamId);
    if (openChecks > 0)
      throw new Problem('open-checks', {
        detail: `${openChecks} checks of this team are still open.`,
        cure: 'Disable the integration, and delete the team when its checks are over.',
        more: { openChecks },
      });
    await this.teams.remove(caller, teamId);
  }
}
