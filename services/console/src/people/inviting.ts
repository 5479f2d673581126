import { Injectable } from '@nestjs/common';
import type { Statements } from '@lever-certn/database/database';
import type { AuditAction } from '../audit/audit-actions';
import { AuditStore, type AuditEntry } from '../audit/audit.store';
import { ConsoleConfig } from '../config';
import type { Caller } from '../http/caller';
import { notFound, Problem } from '../http/problem';
import { TeamsStore } from '../teams/teams.store';
import { InvitationsStore, MAX_INVITATIONS, type Invitation, type Invited } from './invitations.store';
import type { InvitationAnswer, NewInvitationAnswer } from './link-answers';
import { oneTimeLink } from './one-time-link';
import { requireTeams } from './team-roles';
import { refuse } from './user-answers';
import { administered, joinedRoles, refusalOfNew } from './users.rules';

/** Asks people to join: by those who may give what they are asked to. The answers are the same for addresses that have an account. */
@Injectable()
export class Inviting {
  constructor(
    private readonly config: ConsoleConfig,
    private readonly invitations: InvitationsStore,
    private readonly teams: TeamsStore,
    private readonly audit: AuditStore,
  ) {}

  async list(caller: Caller): Promise<InvitationAnswer[]> {
    const within = administered(caller);
    return (await this.invitations.all(within)).map((invitation) => answerOf(invitation, within));
  }

  /** @throws Problem `not-allowed`, `invalid`, `conflict` */
  async invite(caller: Caller, people: readonly Invited[]): Promise<NewInvitationAnswer[]> {
    const invited = oncePerAddress(people);
    for (const one of invited) refuse(refusalOfNew(caller, one));
    if (invited.some(({ owner, roles }) => !owner && roles.size === 0)) throw noRoles();
    await requireTeams(this.teams, joinedRoles(...invited.map(({ roles }) => roles)));
    if ((await this.invitations.count()) + invited.length > MAX_INVITATIONS)
      throw new Problem('conflict', {
        detail: `More than ${MAX_INVITATIONS} invitations would wait at once.`,
        cure: 'Withdraw those nobody needs any more.',
      });
    return this.audit.change(async (transaction, tell) => {
      const items: NewInvitationAnswer[] = [];
      for (const one of invited) items.push(await this.inviteOne(transaction, caller, one));
      await tell(caller, ...items.flatMap((item) => linesOf('user-invited', item)));
      return items;
    });
  }

  /** Makes a new link, from now on the caller's, and ends the one before. @throws Problem `not-found`, `not-allowed` */
  async renew(caller: Caller, id: string): Promise<NewInvitationAnswer> {
    const invitation = await this.standing(caller, id);
    refuse(refusalOfNew(caller, invitation));
    return this.audit.change(async (transaction, tell) => {
      const renewed = await this.inviteOne(transaction, caller, invitation);
      await this.invitations.within(transaction).remove(id);
      await tell(caller, ...linesOf('invitation-renewed', renewed));
      return renewed;
    });
  }

  /** @throws Problem `not-found` */
  async withdraw(caller: Caller, id: string): Promise<void> {
    const invitation = await this.standing(caller, id);
    await this.audit.change(async (transaction, tell) => {
      await this.invitations.within(transaction).remove(id);
      await tell(caller, ...linesOf('invitation-withdrawn', answerOf(invitation, undefined)));
    });
  }

  private async inviteOne(transaction: Statements, caller: Caller, one: Invited): Promise<NewInvitationAnswer> {
    const invitations = this.invitations.within(transaction);
    const { id, secret } = await invitations.add(one, caller.userId);
    const invitation = await invitations.byId(id);
    if (!invitation) throw notFound();
    return {
      ...answerOf(invitation, administered(caller)),
      link: oneTimeLink(this.config.PUBLIC_CONSOLE_URL, 'invitation', secret),
    };
  }

  private async standing(caller: Caller, id: string): Promise<Invitation> {
    const invitation = await this.invitations.byId(id);
    const within = administered(caller);
    if (!invitation || (within && ![...invitation.roles.keys()].some((teamId) => within.includes(teamId)))) throw notFound();
    return invitation;
  }
}

function answerOf(invitation: Invitation, within: readonly string[] | undefined): InvitationAnswer {
  const roles = [...invitation.roles].filter(([teamId]) => within === undefined || within.includes(teamId));
  return { ...invitation, roles: roles.map(([teamId, role]) => ({ teamId, role })) };
}

/** One line per team, so that its admins see it. */
function linesOf(action: AuditAction, { id, owner, roles }: InvitationAnswer): AuditEntry[] {
  const lines = roles.map(({ teamId, role }) => ({ action, subject: id, teamId, detail: { role } }));
  return owner ? [{ action, subject: id, detail: { owner } }, ...lines] : lines;
}

function oncePerAddress(people: readonly Invited[]): Invited[] {
  const byAddress = new Map<string, Invited>();
  for (const one of people) {
    const address = one.email.normalize('NFC').toLowerCase();
    const before = byAddress.get(address);
    const joined = before && {
      ...before,
      name: before.name || one.name,
      owner: before.owner || one.owner,
      roles: joinedRoles(before.roles, one.roles),
    };
    byAddress.set(address, joined ?? one);
  }
  return [...byAddress.values()];
}

function noRoles(): Problem {
  return new Problem('invalid', {
    detail: 'Somebody is invited to nothing.',
    cure: 'Give each person a role in a team, or make the person an owner.',
    more: { errors: [{ field: 'people', message: 'each needs a role in a team, or to be an owner' }] },
  });
}
