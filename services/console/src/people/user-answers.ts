import type { Caller } from '../http/caller';
import { notFound, Problem } from '../http/problem';
import type { UserAnswer } from './answers';
import type { Person } from './people.store';
import { refusalOfTakingOver, type Refusal } from './users.rules';

/** A person as a caller may see it: admins see the roles in their own teams only. */
export function toAnswer(caller: Caller, person: Person, within: readonly string[] | undefined): UserAnswer {
  const roles = [...person.roles].filter(([teamId]) => within === undefined || within.includes(teamId));
  const { id, email, name, owner, disabledAt, signedInAt } = person;
  return {
    ...{ id, email, name, owner, disabledAt, signedInAt },
    roles: roles.map(([teamId, role]) => ({ teamId, role })),
    manageable: refusalOfTakingOver(caller, person) === undefined,
  };
}

/** @throws Problem that says why not, and what to do */
export function refuse(refusal: Refusal | undefined): void {
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
    case 'self':
      throw new Problem('conflict', { detail: 'This is your own account.', cure: 'Ask an owner or another admin to do it.' });
    case 'disabled':
      throw new Problem('conflict', { detail: 'This person is disabled.', cure: 'Enable the person first.' });
    case 'no-password':
      throw new Problem('conflict', {
        detail: 'This person signs in with single sign-on and has no password here.',
        cure: 'A forgotten password is set anew at the identity provider.',
      });
    case 'own-password':
      throw new Problem('conflict', {
        detail: 'Your own password is changed with the current one.',
        cure: 'Change it under My account (PUT /api/session/password).',
      });
  }
}
