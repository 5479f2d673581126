import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { From, type Caller } from '../http/caller';
import { itemsOfPages, sendCsv, type CsvColumn } from '../http/csv';
import { ChoiceField, IdField, TimeField } from '../http/fields';
import { cursorOf, PageAnswer, PageQuery, pageOf, readCursor, type Page } from '../http/paging';
import { notFound } from '../http/problem';
import { PeopleStore } from '../people/people.store';
import { administered } from '../people/users.rules';
import { TeamsStore } from '../teams/teams.store';
import { AUDIT_ACTIONS, type AuditAction } from './audit-actions';
import { AuditStore, type AuditFilter } from './audit.store';
import { changesInWords } from './field-changes.rules';

const nullableText = { type: String, nullable: true } as const;
const ACTIONS = Object.keys(AUDIT_ACTIONS);

class ChangeAnswer {
  @ApiProperty({ description: 'Which field, like `lever.triggerStage` or `role.<team id>`.' }) field!: string;
  @ApiProperty({ ...nullableText, description: 'What it was; of a secret `set` or `ends in …`.' }) from!: string | null;
  @ApiProperty({ ...nullableText, description: 'What it is now.' }) to!: string | null;
}

class AuditAnswer {
  @ApiProperty({ description: 'Of the line.' }) id!: string;
  @ApiProperty({ format: 'date-time' }) at!: string;
  @ApiProperty({ description: '`user:<id>`, `token:<id>`, `service:<name>`, or `nobody`: somebody who was not signed in.' })
  by!: string;
  @ApiProperty({ ...nullableText, description: 'The person, of a token its maker.' }) userId!: string | null;
  @ApiProperty({ ...nullableText, description: 'The address of the person, of a token its maker’s.' }) email!: string | null;
  @ApiProperty(nullableText) teamId!: string | null;
  @ApiProperty({ ...nullableText, description: 'Its name now.' }) teamName!: string | null;
  @ApiProperty() action!: string;
  @ApiProperty({ description: 'The action in words.' }) says!: string;
  @ApiProperty(nullableText) subject!: string | null;
  @ApiProperty({ ...nullableText, description: 'The address of the person it was done to, where it was one.' })
  subjectEmail!: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true }) detail!: Record<string, unknown> | null;
  @ApiProperty({ type: [ChangeAnswer], description: 'What was and what is, field by field.' }) changes!: ChangeAnswer[];
  @ApiProperty({ ...nullableText, description: 'The address the request came from.' }) ip!: string | null;
  @ApiProperty({ description: 'How often within the hour that begins with the line, of failed sign-ins; 1 of everything else.' })
  times!: number;
}

class AuditPage extends PageAnswer {
  @ApiProperty({ type: [AuditAnswer] }) items!: AuditAnswer[];
}

class AuditQuery extends PageQuery {
  @IdField({ optional: true, says: 'Only of this team.' }) team?: string;
  @IdField({ optional: true, says: 'Only by this person, API tokens included.' }) person?: string;
  @ChoiceField(ACTIONS, { optional: true, says: 'Only this.' }) action?: string;
  @TimeField({ optional: true, says: 'From then on.' }) from?: string;
  @TimeField({ optional: true, says: 'Before then.' }) until?: string;
}

class ActionAnswer {
  @ApiProperty() action!: string;
  @ApiProperty({ description: 'In words.' }) says!: string;
}

class AuditChoicesAnswer {
  @ApiProperty({ type: [ActionAnswer] }) actions!: ActionAnswer[];
}

const CSV_ROWS_AT_ONCE = 1000;

const COLUMNS: CsvColumn<AuditAnswer>[] = [
  { heading: 'Time (UTC)', cell: ({ at }) => at },
  { heading: 'Who', cell: ({ email, by }) => email ?? by },
  { heading: 'By', cell: ({ by }) => by },
  { heading: 'From', cell: ({ ip }) => ip },
  { heading: 'Team', cell: ({ teamName, teamId }) => teamName ?? teamId },
  { heading: 'What', cell: ({ says }) => says },
  { heading: 'Action', cell: ({ action }) => action },
  { heading: 'Subject', cell: ({ subject, subjectEmail }) => subjectEmail ?? subject },
  { heading: 'Changes', cell: ({ changes }) => changesInWords(changes) },
  { heading: 'Times', cell: ({ times }) => String(times) },
  { heading: 'Details', cell: ({ detail }) => (detail ? JSON.stringify(detail) : null) },
];

/** Who did what, when, from where. */
@ApiTags('audit')
@Controller('api')
export class AuditController {
  constructor(
    private readonly audit: AuditStore,
    private readonly people: PeopleStore,
    private readonly teams: TeamsStore,
  ) {}

  @Get('audit')
  @ApiOperation({ summary: 'Who did what, when, from where, newest first; admins see their teams’' })
  @ApiOkResponse({ type: AuditPage })
  async list(@From() caller: Caller, @Query() query: AuditQuery): Promise<AuditPage> {
    return this.page(filterOf(caller, query), query.limit, query.after);
  }

  @Get('audit.csv')
  @ApiOperation({ summary: 'The same lines, all of them, as a table for spreadsheets' })
  @ApiProduces('text/csv')
  @ApiOkResponse({ content: { 'text/csv': { schema: { type: 'string' } } } })
  async csv(@From() caller: Caller, @Query() query: AuditQuery, @Res() reply: FastifyReply): Promise<void> {
    const filter = filterOf(caller, query);
    const { team: teamId, person, action, from, until } = query;
    await this.audit.add(caller, {
      action: 'audit-exported',
      ...(teamId === undefined ? {} : { teamId }),
      detail: { person, action, from, until },
    });
    await sendCsv(
      reply,
      'audit',
      COLUMNS,
      itemsOfPages((after) => this.page(filter, CSV_ROWS_AT_ONCE, after)),
    );
  }

  @Get('audit-choices')
  @ApiOperation({ summary: 'What lines can be filtered by' })
  @ApiOkResponse({ type: AuditChoicesAnswer })
  choices(): AuditChoicesAnswer {
    return { actions: Object.entries(AUDIT_ACTIONS).map(([action, says]) => ({ action, says })) };
  }

  private async page(filter: AuditFilter, limit: number, cursor: string | undefined): Promise<Page<AuditAnswer>> {
    const after = readCursor(cursor, 1);
    const lines = await this.audit.lines({
      ...filter,
      ...(after ? { beforeId: Number(after[0]) || 0 } : {}),
      limit: limit + 1,
    });
    const { items, next } = pageOf(lines, limit, ({ id }) => cursorOf(String(id)));
    const known = <Id>(ids: (Id | null)[]): Id[] => [...new Set(ids.filter((id) => id !== null))];
    const [names, teams] = await Promise.all([
      this.people.names(known(items.flatMap(({ userId, subject }) => [userId, subject]))),
      this.teams.names(known(items.map(({ teamId }) => teamId))),
    ]);
    const teamNames = new Map(teams.map(({ id, name }) => [id, name]));
    const answers = items.map(({ id, ...line }) => ({
      ...line,
      id: String(id),
      email: (line.userId && names.get(line.userId)) || null,
      subjectEmail: (line.subject && names.get(line.subject)) || null,
      teamName: (line.teamId && teamNames.get(line.teamId)) || null,
      says: AUDIT_ACTIONS[line.action as AuditAction] ?? line.action,
    }));
    return { items: answers, next };
  }
}

/** Admins see the lines of their own teams. @throws Problem `not-found` for a team that is another's */
function filterOf(caller: Caller, { team, person, action, from, until }: AuditQuery): AuditFilter {
  const within = administered(caller);
  if (team !== undefined && within && !within.includes(team)) throw notFound();
  return {
    ...(team !== undefined ? { teamIds: [team] } : within ? { teamIds: within } : {}),
    ...(person === undefined ? {} : { userId: person }),
    ...(action === undefined ? {} : { action }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
}
