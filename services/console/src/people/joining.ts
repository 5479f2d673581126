import { Injectable } from '@nestjs/common';
import { AuditStore, type AuditEntry } from '../audit/audit.store';
import type { Caller, Role } from '../http/caller';
import { Problem } from '../http/problem';
import { TeamsStore } from '../teams/teams.store';
import { InvitationsStore, type Invitation } from './invitations.store';
import type { OpenedInvitationAnswer } from './link-answers';
import { requireGoodPassword } from './new-password';
import { linkOver } from './one-time-link';
import { Passwords } from './passwords';
import { PeopleStore, type Person } from './people.store';
import { SignIn, type Place } from './sign-in';
import { stillGiven } from './users.rules';

/** An invitation with what it still gives. */
interface Standing {
  invitation: Invitation;
  maker: Person;
  owner: boolean;
  roles: Map<string, Role>;
  teams: { id: string; name: string }[];
}

/** Gives what was promised, once it is proved whom to; answers the person's id. */
type Join = (people: PeopleStore) => Promise<string>;

/** What a person brings who joins. */
export interface Joining {
  token: string;
  name: string | undefined;
  password: string | undefined;
}

/**
 * Takes invitations up. Looking at one changes nothing; joining uses it up in the transaction that gives what it promises, so that whoever is interrupted can try
 * again. Who has an account with the address already keeps it and proves to be that person, by the password or by being signed in.
 */
@Injectable()
export class JoiningDesk {
  constructor(
    private readonly invitations: InvitationsStore,
    private readonly people: PeopleStore,
    private readonly teams: TeamsStore,
    private readonly passwords: Passwords,
    private readonly signIn: SignIn,
    private readonly audit: AuditStore,
  ) {}

  /** @throws Problem `link-over` */
  async look(token: string): Promise<OpenedInvitationAnswer> {
    const { invitation, maker, owner, roles, teams } = await this.standing(token);
    const { email, name, expiresAt } = invitation;
    return {
      ...{ email, name, owner, expiresAt },
      teams: teams.map((team) => ({ ...team, role: roles.get(team.id)! })),
      invitedBy: maker.name,
    };
  }

  /** The person who joined. @throws Problem `link-over`, `invalid`, `sign-in-failed`, `sign-in-slowed`, `busy` */
  async join(joining: Joining, place: Place, caller: Caller | undefined): Promise<Person> {
    const standing = await this.standing(joining.token);
    const { invitation } = standing;
    const known = await this.people.byEmail(invitation.email);
    const join = known ? await this.joinKnown(standing, known, joining, place, caller) : await this.joinNew(standing, joining);
    const id = await this.audit.change(async (transaction, tell) => {
      const joined = await join(this.people.within(transaction));
      await this.invitations.within(transaction).remove(invitation.id);
      const accepted = { action: 'invitation-accepted', subject: invitation.id } as const;
      const lines = [...standing.roles].map(([teamId, role]): AuditEntry => ({ ...accepted, teamId, detail: { role } }));
      await tell({ by: `user:${joined}`, userId: joined, ip: place.ip }, accepted, ...lines);
      return joined;
    });
    const person = await this.people.byId(id);
    if (!person) throw linkOver();
    return person;
  }

  private async joinNew({ invitation, owner, roles }: Standing, { name, password }: Joining): Promise<Join> {
    const { email } = invitation;
    const given = name ?? invitation.name;
    if (!given) throw missing('name', 'Fill in your name.');
    if (password === undefined) throw missing('password', 'Choose a password.');
    requireGoodPassword(password, { email, name: given });
    const passwordHash = await this.passwords.hash(password);
    return async (people) => {
      const id = await people.add({ email, name: given, passwordHash, owner, roles });
      // Somebody used the same link at the same moment: whoever was second is no longer new.
      if (id === undefined) throw linkOver();
      return id;
    };
  }

  private async joinKnown(
    { invitation, owner, roles }: Standing,
    person: Person,
    { password }: Joining,
    place: Place,
    caller: Caller | undefined,
  ): Promise<Join> {
    if (person.disabledAt !== null) throw linkOver();
    if (caller?.userId !== person.id || caller.kind !== 'person' || caller.mustChangePassword) {
      if (password === undefined) throw missing('password', 'Choose a password.');
      if (!(await this.signIn.isRight(invitation.email, person, password, place.ip, 'invitation'))) throw notYours();
    }
    return async (people) => {
      await people.addRoles(person.id, roles);
      if (owner) await people.change(person.id, { owner });
      return person.id;
    };
  }

  private async standing(token: string): Promise<Standing> {
    const invitation = await this.invitations.bySecret(token);
    const maker = invitation && (await this.people.byId(invitation.madeBy));
    const given = invitation && stillGiven(maker, invitation);
    if (!invitation || !maker || !given) throw linkOver();
    const teams = await this.teams.names([...given.roles.keys()]);
    const roles = new Map(teams.map(({ id }) => [id, given.roles.get(id)!]));
    if (!given.owner && roles.size === 0) throw linkOver();
    return { invitation, maker, owner: given.owner, roles, teams };
  }
}

function missing(field: string, cure: string): Problem {
  return new Problem('invalid', { detail: `${field} is missing.`, cure, more: { errors: [{ field, message: 'is missing' }] } });
}

function notYours(): Problem {
  return new Problem('sign-in-failed', {
    detail: 'This is not the password of the account with this address.',
    cure: 'Type the password you sign in with here. If you do not know it, ask for a link to set a new one.',
  });
}
