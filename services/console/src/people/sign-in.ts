import { Injectable } from '@nestjs/common';
import { AuditStore, type Author, type FailedSignIn } from '../audit/audit.store';
import { Problem } from '../http/problem';
import { MAX_PASSWORD_CHARACTERS, Passwords } from './passwords';
import { PeopleStore, type Person } from './people.store';
import { SessionsStore, type SessionOrigin } from './sessions.store';
import { placeOf } from './sign-in-delays.rules';
import { SignInLimit } from './sign-in-limit';

/** Where a person signs in from. */
export type Place = Omit<SessionOrigin, 'means'>;

/** Begins sessions of people who know their password. */
@Injectable()
export class SignIn {
  constructor(
    private readonly people: PeopleStore,
    private readonly sessions: SessionsStore,
    private readonly passwords: Passwords,
    private readonly limit: SignInLimit,
    private readonly audit: AuditStore,
  ) {}

  /** The person and the secret of a new session. @throws Problem `sign-in-failed`, `sign-in-slowed`, `busy` */
  async begin(email: string, password: string, place: Place): Promise<{ person: Person; secret: string }> {
    const person = await this.people.byEmail(email);
    if (!(await this.isRight(email, person, password, place.ip)) || !person)
      throw new Problem('sign-in-failed', {
        detail: 'No account has this address and this password.',
        cure: 'Check both; an owner of the installation or an admin of your team can make you a link to set a new password.',
      });
    return { person, secret: await this.session(person, place) };
  }

  /**
   * Whether a password is a person's who may sign in; slowed down like every sign-in. If it is not, the audit tells of it, with what it was given for. @throws Problem `sign-in-slowed`, `busy`
   */
  async isRight(
    email: string,
    person: Person | undefined,
    password: string,
    ip: string,
    means: FailedSignIn['means'] = 'password',
    author?: Author,
  ): Promise<boolean> {
    const admission = await this.limit.admit(email, ip);
    const hash = person?.disabledAt === null ? person.passwordHash : undefined;
    let right: boolean;
    try {
      right = password.length <= MAX_PASSWORD_CHARACTERS && (await this.passwords.matches(hash, password));
    } catch (error) {
      await admission.undone();
      throw error;
    }
    if (right) await admission.succeeded();
    else await this.audit.addFailedSignIn({ userId: person?.id, ip, place: placeOf(ip), means, author });
    return right;
  }

  /** The secret of a new session of a person who has proved to be it. */
  async session(person: Person, place: Place): Promise<string> {
    return this.audit.change(async (transaction, tell) => {
      await tell({ by: `user:${person.id}`, userId: person.id, ip: place.ip }, { action: 'signed-in' });
      return this.sessions.within(transaction).begin(person.id, { ...place, means: 'password' });
    });
  }
}
