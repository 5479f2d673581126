import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { From, type Caller } from '../http/caller';
import { EmailField, FlagField, ListField, TextField } from '../http/fields';
import { Inviting } from './inviting';
import { InvitationPage, NewInvitationAnswer, NewInvitationsAnswer } from './link-answers';
import { MAX_ROLES, Membership, NAME_CHARACTERS, rolesOf } from './team-roles';

/** People invited by one request. */
const MAX_INVITED_AT_ONCE = 100;

class InvitedPerson {
  @EmailField() email!: string;
  @TextField(NAME_CHARACTERS, { optional: true, says: 'The person may give it, or another one.' }) name?: string;
  @FlagField({ optional: true }) owner?: boolean;
  @ListField(Membership, MAX_ROLES, { optional: true }) roles?: Membership[];
}

class NewInvitations {
  @ListField(InvitedPerson, MAX_INVITED_AT_ONCE, { says: 'All are invited, or where one can not be, none.' })
  people!: InvitedPerson[];
}

/** Asking people to join. */
@ApiTags('people')
@Controller('api/invitations')
export class InvitationsController {
  constructor(private readonly inviting: Inviting) {}

  @Get()
  @ApiOperation({ summary: 'Who was invited and has not joined: by anyone (owners), or to the teams one administers' })
  @ApiOkResponse({ type: InvitationPage })
  async list(@From() caller: Caller): Promise<InvitationPage> {
    return { items: await this.inviting.list(caller), next: null };
  }

  @Post()
  @ApiOperation({ summary: 'Invite one or many: answers a one-time link for each, which we mail to nobody' })
  @ApiCreatedResponse({ type: NewInvitationsAnswer })
  async add(@From() caller: Caller, @Body() { people }: NewInvitations): Promise<NewInvitationsAnswer> {
    const invited = people.map(({ email, name = '', owner = false, roles }) => ({ email, name, owner, roles: rolesOf(roles) }));
    return { items: await this.inviting.invite(caller, invited) };
  }

  @Post(':id/link')
  @ApiOperation({ summary: 'Make a new link; the one before ends' })
  @ApiCreatedResponse({ type: NewInvitationAnswer })
  renew(@From() caller: Caller, @Param('id') id: string): Promise<NewInvitationAnswer> {
    return this.inviting.renew(caller, id);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Withdraw an invitation' })
  @ApiNoContentResponse()
  remove(@From() caller: Caller, @Param('id') id: string): Promise<void> {
    return this.inviting.withdraw(caller, id);
  }
}
