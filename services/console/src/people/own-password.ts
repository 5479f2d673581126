import { Injectable } from '@nestjs/common';
import { AuditStore } from '../audit/audit.store';
import { notSignedIn, type Caller } from '../http/caller';
import { Problem } from '../http/problem';
import { requireGoodPassword } from './new-password';
import { Passwords } from './passwords';
import { PeopleStore, type Person } from './people.store';
import { SignIn } from './sign-in';

/** Puts another password in place of one's own. */
@Injectable()
export class OwnPassword {
  constructor(
    private readonly people: PeopleStore,
    private readonly passwords: Passwords,
    private readonly signIn: SignIn,
    private readonly audit: AuditStore,
  ) {}

  /**
   * The current one is asked for, so that a session left open is not enough to take the account; it is slowed down like a sign-in. Ends the person's other
   * sessions. @throws Problem `invalid`, `sign-in-slowed`, `busy`
   */
  async change(caller: Caller, current: string, password: string): Promise<Person> {
    const person = await this.people.byId(caller.userId);
    if (!person) throw notSignedIn();
    requireGoodPassword(password, { ...person, current });
    if (!(await this.signIn.isRight(person.email, person, current, caller.ip, 'password-change', caller)))
      throw new Problem('invalid', {
        detail: 'The current password is not right.',
        cure: 'Type the password you signed in with. If you do not know it any more, ask for a link to set a new one.',
        more: { errors: [{ field: 'current', message: 'is not your password' }] },
      });
    const passwordHash = await this.passwords.hash(password);
    await this.audit.change(async (transaction, tell) => {
      const people = this.people.within(transaction);
      await people.change(person.id, { passwordHash, mustChangePassword: false }, caller.sessionId);
      await tell(caller, { action: 'password-changed', subject: person.id });
    });
    return { ...person, mustChangePassword: false };
  }
}
