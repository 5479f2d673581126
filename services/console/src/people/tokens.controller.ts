import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditStore } from '../audit/audit.store';
import { includesRole, roleIn } from '../http/access.rules';
import { From, ROLES, type Caller, type Role } from '../http/caller';
import { ChoiceField, IdField, TextField, TimeField } from '../http/fields';
import { notFound, Problem } from '../http/problem';
import { NewTokenAnswer, TokenPage } from './answers';
import { ApiTokensStore } from './api-tokens.store';
import { administered } from './users.rules';

const MAX_LIFE_DAYS = 366;
const DAY_MS = 86_400_000;

class NewToken {
  @TextField(200) name!: string;
  @IdField() teamId!: string;
  @ChoiceField(ROLES) role!: Role;
  @TimeField({ says: `When it ends; at most ${MAX_LIFE_DAYS} days from now.` }) expiresAt!: string;
}

/** API tokens for scripts: one team, a role not above their maker's, an expiry. */
@ApiTags('people')
@Controller('api/tokens')
export class TokensController {
  constructor(
    private readonly tokens: ApiTokensStore,
    private readonly audit: AuditStore,
  ) {}

  @Get()
  @ApiOperation({ summary: 'One’s own tokens, and those of the teams one administers' })
  @ApiOkResponse({ type: TokenPage })
  async list(@From() caller: Caller): Promise<TokenPage> {
    return { items: await this.tokens.visible(caller.userId, administered(caller)), next: null };
  }

  @Post()
  @ApiOperation({ summary: 'Make a token; it is shown once' })
  @ApiCreatedResponse({ type: NewTokenAnswer })
  async add(@From() caller: Caller, @Body() body: NewToken): Promise<NewTokenAnswer> {
    const own = roleIn(caller, body.teamId);
    if (own === undefined) throw notFound();
    if (!includesRole(own, body.role))
      throw new Problem('not-allowed', {
        detail: 'A token can not have a role above its maker’s.',
        cure: 'Choose the role viewer, or ask an admin of the team to make the token.',
      });
    requireExpiry(body.expiresAt);
    const expiresAt = new Date(body.expiresAt).toISOString();
    const { id, value } = await this.audit.change(async (transaction, tell) => {
      const made = await this.tokens.within(transaction).add({ ...body, expiresAt, madeBy: caller.userId });
      const { teamId, name, role } = body;
      await tell(caller, { action: 'token-made', teamId, subject: made.id, detail: { name, role, expiresAt } });
      return made;
    });
    const token = await this.tokens.byId(id);
    if (!token) throw notFound();
    return { ...token, token: value };
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a token: one’s own, or one of a team one administers' })
  @ApiNoContentResponse()
  async remove(@From() caller: Caller, @Param('id') id: string): Promise<void> {
    const token = await this.tokens.byId(id);
    if (!token || (token.madeBy !== caller.userId && roleIn(caller, token.teamId) !== 'admin')) throw notFound();
    await this.audit.change(async (transaction, tell) => {
      await this.tokens.within(transaction).remove(id);
      await tell(caller, { action: 'token-deleted', teamId: token.teamId, subject: id, detail: { name: token.name } });
    });
  }
}

function requireExpiry(expiresAt: string): void {
  const lifeMs = Date.parse(expiresAt) - Date.now();
  if (lifeMs > 0 && lifeMs <= MAX_LIFE_DAYS * DAY_MS) return;
  throw new Problem('invalid', {
    detail: `expiresAt must lie ahead, at most ${MAX_LIFE_DAYS} days.`,
    cure: 'Choose an earlier day, and make a new token before it comes.',
    more: { errors: [{ field: 'expiresAt', message: `must lie ahead, at most ${MAX_LIFE_DAYS} days` }] },
  });
}
