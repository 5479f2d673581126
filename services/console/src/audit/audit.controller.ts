import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { From, type Caller } from '../http/caller';
import { IdField } from '../http/fields';
import { cursorOf, PageAnswer, PageQuery, pageOf, readCursor } from '../http/paging';
import { notFound } from '../http/problem';
import { PeopleStore } from '../people/people.store';
import { administered } from '../people/users.rules';
import { AuditStore } from './audit.store';

const nullableText = { type: String, nullable: true } as const;

class AuditAnswer {
  @ApiProperty({ format: 'date-time' }) at!: string;
  @ApiProperty({ description: '`user:<id>`, `token:<id>` or `service:<name>`.' }) by!: string;
  @ApiProperty({ ...nullableText, description: 'The address of the person, of a token its maker’s.' }) email!: string | null;
  @ApiProperty(nullableText) teamId!: string | null;
  @ApiProperty() action!: string;
  @ApiProperty(nullableText) subject!: string | null;
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true }) detail!: Record<string, unknown> | null;
  @ApiProperty({ ...nullableText, description: 'The address the request came from.' }) ip!: string | null;
}

class AuditPage extends PageAnswer {
  @ApiProperty({ type: [AuditAnswer] }) items!: AuditAnswer[];
}

class AuditQuery extends PageQuery {
  @IdField({ optional: true, says: 'Only of this team.' }) team?: string;
}

/** Who did what, when, from where. */
@ApiTags('audit')
@Controller('api/audit')
export class AuditController {
  constructor(
    private readonly audit: AuditStore,
    private readonly people: PeopleStore,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Who did what, when, from where, newest first; admins see their teams’' })
  @ApiOkResponse({ type: AuditPage })
  async list(@From() caller: Caller, @Query() query: AuditQuery): Promise<AuditPage> {
    const within = administered(caller);
    if (query.team !== undefined && within && !within.includes(query.team)) throw notFound();
    const after = readCursor(query.after, 1);
    const lines = await this.audit.lines({
      ...(query.team !== undefined ? { teamIds: [query.team] } : within ? { teamIds: within } : {}),
      ...(after ? { beforeId: Number(after[0]) || 0 } : {}),
      limit: query.limit + 1,
    });
    const { items, next } = pageOf(lines, query.limit, ({ id }) => cursorOf(String(id)));
    const names = await this.people.names([...new Set(items.flatMap(({ userId }) => (userId ? [userId] : [])))]);
    return {
      items: items.map(({ id: _, userId, ...line }) => ({ ...line, email: (userId && names.get(userId)) ?? null })),
      next,
    };
  }
}
