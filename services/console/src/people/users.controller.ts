import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditStore } from '../audit/audit.store';
import { From, ROLES, type Caller, type Role } from '../http/caller';
import { ChoiceField, EmailField, FlagField, IdField, ListField, PasswordField, TextField } from '../http/fields';
import { notFound, Problem } from '../http/problem';
import { TeamsStore } from '../teams/teams.store';
import { UserAnswer, UserPage } from './answers';
import { MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS, Passwords } from './passwords';
import { PeopleStore, type Person } from './people.store';
import { administered, refusalOfChange, refusalOfNew, type Refusal } from './users.rules';

const MAX_ROLES = 200;
const NAME_CHARACTERS = 200;

class Membership {
  @IdField() teamId!: string;
  @ChoiceField(ROLES) role!: Role;
}

class NewUser {
  @EmailField() email!: string;
  @TextField(NAME_CHARACTERS) name!: string;
  @PasswordField(MIN_PASSWORD_CHARACTERS, MAX_PASSWORD_CHARACTERS) password!: string;
  @FlagField({ optional: true }) owner?: boolean;
  @ListField(Membership, MAX_ROLES, { optional: true }) roles?: Membership[];
}

class UserChange {
  @TextField(NAME_CHARACTERS, { optional: true }) name?: string;
  @PasswordField(MIN_PASSWORD_CHARACTERS, MAX_PASSWORD_CHARACTERS, {
    optional: true,
    says: 'A new password ends all sessions of the person.',
  })
  password?: string;
  @FlagField({ optional: true }) owner?: boolean;
  @ListField(Membership, MAX_ROLES, {
    optional: true,
    says: 'All roles of the person in the teams that the caller administers; those left out are taken away.',
  })
  roles?: Membership[];
}

/** People with their roles per team. */
@ApiTags('people')
@Controller('api/users')
export class UsersController {
  constructor(
    private readonly people: PeopleStore,
    private readonly passwords: Passwords,
    private readonly teams: TeamsStore,
    private readonly audit: AuditStore,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Everyone (owners), or everyone in the teams one administers' })
  @ApiOkResponse({ type: UserPage })
  async list(@From() caller: Caller): Promise<UserPage> {
    const within = administered(caller);
    const people = await this.people.all(within);
    return { items: people.map((person) => toAnswer(person, within)), next: null };
  }

  @Post()
  @ApiOperation({ summary: 'Make a person' })
  @ApiCreatedResponse({ type: UserAnswer })
  async add(@From() caller: Caller, @Body() body: NewUser): Promise<UserAnswer> {
    const roles = rolesOf(body.roles);
    refuse(refusalOfNew(caller, { owner: body.owner, roles }));
    await this.requireTeams(roles);
    const passwordHash = await this.passwords.hash(body.password);
    const id = await this.people.add({ email: body.email, name: body.name, passwordHash, owner: body.owner ?? false, roles });
    if (id === undefined)
      throw new Problem('name-taken', {
        detail: 'Someone with this address has an account already.',
        cure: 'An owner of the installation can give that person a role in the team.',
      });
    await this.tell(caller, 'user-made', id, { owner: body.owner ?? false, roles: body.roles ?? [] });
    return this.answer(caller, id);
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change a name, a password or roles; without being owner or admin only one’s own name and password' })
  @ApiOkResponse({ type: UserAnswer })
  async change(@From() caller: Caller, @Param('id') id: string, @Body() body: UserChange): Promise<UserAnswer> {
    const person = await this.people.byId(id);
    if (!person) throw notFound();
    const roles = body.roles === undefined ? undefined : rolesOf(body.roles);
    const { name, password, owner } = body;
    refuse(refusalOfChange(caller, person, { name, password, owner, roles }, await this.people.owners()));
    if (roles) await this.requireTeams(roles);
    const passwordHash = password === undefined ? undefined : await this.passwords.hash(password);
    await this.people.change(id, { name, passwordHash, owner });
    if (roles) await this.people.setRoles(id, roles, administered(caller));
    await this.tell(caller, 'user-changed', id, {
      changed: Object.keys(body).filter((field) => body[field as keyof UserChange] !== undefined),
      ...(roles ? { roles: body.roles } : {}),
      ...(owner !== undefined ? { owner } : {}),
    });
    return this.answer(caller, id);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a person; sessions and API tokens die with it' })
  @ApiNoContentResponse()
  async remove(@From() caller: Caller, @Param('id') id: string): Promise<void> {
    const person = await this.people.byId(id);
    if (!person) throw notFound();
    if (person.owner && (await this.people.owners()) <= 1) refuse('last-owner');
    await this.people.remove(id);
    await this.tell(caller, 'user-deleted', id, {});
  }

  private async requireTeams(roles: ReadonlyMap<string, Role>): Promise<void> {
    const known = new Set((await this.teams.names([...roles.keys()])).map(({ id }) => id));
    for (const teamId of roles.keys())
      if (!known.has(teamId))
        throw new Problem('invalid', {
          detail: 'A role names a team that does not exist.',
          cure: 'Take the ids that GET /api/teams answers.',
          more: { errors: [{ field: 'roles', message: 'no such team' }] },
        });
  }

  private async answer(caller: Caller, id: string): Promise<UserAnswer> {
    const person = await this.people.byId(id);
    if (!person) throw notFound();
    return toAnswer(person, caller.userId === id ? undefined : administered(caller));
  }

  private tell(caller: Caller, action: string, subject: string, detail: Record<string, unknown>): Promise<void> {
    return this.audit.add(caller, { action, subject, detail });
  }
}

function rolesOf(roles: readonly Membership[] | undefined): Map<string, Role> {
  return new Map((roles ?? []).map(({ teamId, role }) => [teamId, role]));
}

/** Admins see of a person the roles in their own teams only. */
function toAnswer(person: Person, within: readonly string[] | undefined): UserAnswer {
  const roles = [...person.roles].filter(([teamId]) => within === undefined || within.includes(teamId));
  return {
    id: person.id,
    email: person.email,
    name: person.name,
    owner: person.owner,
    roles: roles.map(([teamId, role]) => ({ teamId, role })),
  };
}

function refuse(refusal: Refusal | undefined): void {
  switch (refusal) {
    case undefined:
      return;
    case 'absent':
      throw notFound();
    case 'owner-only':
      throw new Problem('not-allowed', {
        detail: 'Only an owner of the installation may change that of another person.',
        cure: 'Ask an owner.',
      });
    case 'foreign-team':
      throw new Problem('not-allowed', {
        detail: 'Roles may be given only in teams one administers, and at least one is needed.',
        cure: 'Name teams of yours in `roles`, or ask an owner.',
      });
    case 'last-owner':
      throw new Problem('conflict', { detail: 'This is the last owner.', cure: 'Make another owner first.' });
  }
}
