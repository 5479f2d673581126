import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { accessChanges } from '../audit/field-changes.rules';
import { AuditStore } from '../audit/audit.store';
import { From, type Caller } from '../http/caller';
import { EmailField, FlagField, ListField, TextField } from '../http/fields';
import { notFound, Problem } from '../http/problem';
import { TeamsStore } from '../teams/teams.store';
import { UserAnswer, UserPage } from './answers';
import { NewPasswordField } from './new-password-field';
import { Passwords } from './passwords';
import { PeopleStore } from './people.store';
import { MAX_ROLES, Membership, NAME_CHARACTERS, requireTeams, rolesOf } from './team-roles';
import { refuse, toAnswer } from './user-answers';
import { administered, refusalOfChange, refusalOfNew } from './users.rules';

class NewUser {
  @EmailField() email!: string;
  @TextField(NAME_CHARACTERS) name!: string;
  @NewPasswordField({ says: 'Known to whoever makes the person, who is to choose another; an invitation is the better way.' })
  password!: string;
  @FlagField({ optional: true, says: 'Whether the person has to choose another password first; so if not said.' })
  mustChangePassword?: boolean;
  @FlagField({ optional: true }) owner?: boolean;
  @ListField(Membership, MAX_ROLES, { optional: true }) roles?: Membership[];
}

class UserChange {
  @TextField(NAME_CHARACTERS, { optional: true }) name?: string;
  @NewPasswordField({
    optional: true,
    says: 'Of another person, who then has to choose another; ends all of that person’s sessions. One’s own: PUT /api/session/password.',
  })
  password?: string;
  @FlagField({ optional: true }) owner?: boolean;
  @ListField(Membership, MAX_ROLES, {
    optional: true,
    says: 'All roles of the person in the teams that the caller administers; those left out are taken away.',
  })
  roles?: Membership[];
}

/** What somebody may do who is not yet there. */
const NOTHING = { owner: false, roles: new Map<string, string>() };

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
    return { items: people.map((person) => toAnswer(caller, person, within)), next: null };
  }

  @Post()
  @ApiOperation({ summary: 'Make a person with a password; people are better invited' })
  @ApiCreatedResponse({ type: UserAnswer })
  async add(@From() caller: Caller, @Body() body: NewUser): Promise<UserAnswer> {
    const roles = rolesOf(body.roles);
    refuse(refusalOfNew(caller, { owner: body.owner, roles }));
    await requireTeams(this.teams, roles);
    const { email, name, owner = false, mustChangePassword = true } = body;
    const passwordHash = await this.passwords.hash(body.password);
    const id = await this.audit.change(async (transaction, tell) => {
      const person = { email, name, passwordHash, mustChangePassword, owner, roles };
      const added = await this.people.within(transaction).add(person);
      if (added === undefined) throw addressTaken();
      await tell(caller, { action: 'user-made', subject: added, changes: accessChanges(NOTHING, { owner, roles }) });
      return added;
    });
    return this.answer(caller, id);
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change a name, a password or roles; without being owner or admin only one’s own name' })
  @ApiOkResponse({ type: UserAnswer })
  async change(@From() caller: Caller, @Param('id') id: string, @Body() body: UserChange): Promise<UserAnswer> {
    const person = await this.people.byId(id);
    if (!person) throw notFound();
    const roles = body.roles === undefined ? undefined : rolesOf(body.roles);
    const { name, password, owner } = body;
    refuse(refusalOfChange(caller, person, { name, password, owner, roles }));
    refuse(password !== undefined && person.passwordHash === '' ? 'no-password' : undefined);
    if (roles) await requireTeams(this.teams, roles);
    const passwordHash = password === undefined ? undefined : await this.passwords.hash(password);
    await this.audit.change(async (transaction, tell) => {
      const people = this.people.within(transaction);
      if (owner === false && (await people.isLastOwner(id))) refuse('last-owner');
      const before = await people.locked(id);
      if (!before) throw notFound();
      await people.change(id, { name, owner, ...(passwordHash ? { passwordHash, mustChangePassword: true } : {}) });
      if (roles) await people.setRoles(id, roles, administered(caller));
      const after = await people.byId(id);
      await tell(caller, {
        action: 'user-changed',
        subject: id,
        changes: [
          ...(after ? accessChanges(before, after) : []),
          ...(name === undefined || name === before.name ? [] : [{ field: 'name', from: null, to: 'changed' }]),
          ...(password === undefined ? [] : [{ field: 'password', from: null, to: 'set' }]),
        ],
      });
    });
    return this.answer(caller, id);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a person; sessions and API tokens die with it' })
  @ApiNoContentResponse()
  async remove(@From() caller: Caller, @Param('id') id: string): Promise<void> {
    await this.audit.change(async (transaction, tell) => {
      const people = this.people.within(transaction);
      if (await people.isLastOwner(id)) refuse('last-owner');
      if (!(await people.locked(id))) throw notFound();
      await people.remove(id);
      await tell(caller, { action: 'user-deleted', subject: id });
    });
  }

  private async answer(caller: Caller, id: string): Promise<UserAnswer> {
    const person = await this.people.byId(id);
    if (!person) throw notFound();
    return toAnswer(caller, person, caller.userId === id ? undefined : administered(caller));
  }
}

function addressTaken(): Problem {
  return new Problem('name-taken', {
    detail: 'Someone with this address has an account already.',
    cure: 'Give that person the role in the list of users.',
  });
}
