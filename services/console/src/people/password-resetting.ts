import { Injectable } from '@nestjs/common';
import { AuditStore } from '../audit/audit.store';
import { ConsoleConfig } from '../config';
import type { Caller } from '../http/caller';
import type { LinkAnswer, OpenedResetAnswer } from './link-answers';
import { requireGoodPassword } from './new-password';
import { linkOver, oneTimeLink } from './one-time-link';
import { PasswordResetsStore, type PasswordReset } from './password-resets.store';
import { Passwords } from './passwords';
import { PeopleStore, type Person } from './people.store';
import { refuse } from './user-answers';
import { refusalOfTakingOver } from './users.rules';

/** Links by which people set a new password, made by who may do so for them, at the making and at the using. */
@Injectable()
export class PasswordResetting {
  constructor(
    private readonly config: ConsoleConfig,
    private readonly resets: PasswordResetsStore,
    private readonly people: PeopleStore,
    private readonly passwords: Passwords,
    private readonly audit: AuditStore,
  ) {}

  /** Makes a link for a person; the one before ends. @throws Problem `not-allowed`, `not-found` */
  async make(caller: Caller, person: Person): Promise<LinkAnswer> {
    refuse(refusalOfTakingOver(caller, person));
    refuse(person.disabledAt === null ? undefined : 'disabled');
    refuse(person.passwordHash === '' ? 'no-password' : undefined);
    const secret = await this.audit.change(async (transaction, tell) => {
      await tell(caller, { action: 'password-reset-made', subject: person.id });
      return this.resets.within(transaction).add(person.id, caller.userId);
    });
    const made = await this.resets.bySecret(secret);
    if (!made) throw linkOver();
    return { link: oneTimeLink(this.config.PUBLIC_CONSOLE_URL, 'password-reset', secret), expiresAt: made.expiresAt };
  }

  /** @throws Problem `link-over` */
  async look(token: string): Promise<OpenedResetAnswer> {
    const { reset, person } = await this.standing(token);
    return { email: person.email, expiresAt: reset.expiresAt };
  }

  /** Uses the link up: sets the password and ends all sessions. The person whose it is. @throws Problem `link-over`, `invalid`, `busy` */
  async finish(token: string, password: string, ip: string): Promise<Person> {
    const { person } = await this.standing(token);
    requireGoodPassword(password, person);
    const passwordHash = await this.passwords.hash(password);
    await this.audit.change(async (transaction, tell) => {
      if (!(await this.resets.within(transaction).take(token))) throw linkOver();
      await this.people.within(transaction).change(person.id, { passwordHash, mustChangePassword: false });
      await tell({ by: `user:${person.id}`, userId: person.id, ip }, { action: 'password-reset-used', subject: person.id });
    });
    return { ...person, mustChangePassword: false };
  }

  private async standing(token: string): Promise<{ reset: PasswordReset; person: Person }> {
    const reset = await this.resets.bySecret(token);
    if (!reset) throw linkOver();
    const [person, maker] = await Promise.all([this.people.byId(reset.userId), this.people.byId(reset.madeBy)]);
    if (!person || !maker || person.disabledAt !== null || maker.disabledAt !== null) throw linkOver();
    if (refusalOfTakingOver({ ...maker, userId: maker.id }, person) !== undefined) throw linkOver();
    return { reset, person };
  }
}
