import { Injectable } from '@nestjs/common';
import { IndexKey } from '@lever-certn/sealing/index-key';
import { AuditStore } from '../audit/audit.store';
import { Problem } from '../http/problem';
import { MAX_PASSWORD_CHARACTERS, Passwords } from './passwords';
import { PeopleStore, type Person } from './people.store';
import { SessionsStore } from './sessions.store';
import { SignInLimit } from './sign-in-limit';

/** Begins sessions: for the API and for the plain pages alike. */
@Injectable()
export class SignIn {
  constructor(
    private readonly people: PeopleStore,
    private readonly sessions: SessionsStore,
    private readonly passwords: Passwords,
    private readonly limit: SignInLimit,
    private readonly audit: AuditStore,
    private readonly indexKey: IndexKey,
  ) {}

  /** The person and the secret of a new session. @throws Problem `sign-in-failed`, `too-many`, `busy` */
  async begin(email: string, password: string, ip: string): Promise<{ person: Person; secret: string }> {
    const address = this.indexKey.hash(email);
    this.limit.check(address);
    const person = await this.people.byEmail(email);
    const isRight = password.length <= MAX_PASSWORD_CHARACTERS && (await this.passwords.matches(person?.passwordHash, password));
    if (!isRight || !person) {
      this.limit.failed(address);
      throw new Problem('sign-in-failed', {
        detail: 'No account has this address and this password.',
        cure: 'Check both; an owner of the installation can set a new password.',
      });
    }
    this.limit.succeeded(address);
    const secret = await this.sessions.begin(person.id);
    await this.audit.add({ by: `user:${person.id}`, userId: person.id, ip }, { action: 'signed-in' });
    return { person, secret };
  }
}
