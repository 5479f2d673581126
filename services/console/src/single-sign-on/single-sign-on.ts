import type { AuditEntry, AuditStore, Author } from '../audit/audit.store';
import { accessChanges } from '../audit/field-changes.rules';
import type { Role } from '../http/caller';
import type { ErrorLog } from '../http/problem.filter';
import { type PeopleStore, type Person } from '../people/people.store';
import { type SessionsStore } from '../people/sessions.store';
import type { Place } from '../people/sign-in';
import { placeOf } from '../people/sign-in-delays.rules';
import { type TeamsStore } from '../teams/teams.store';
import { type AttemptCookie } from './attempt-cookie';
import type { SignInConfig } from './config';
import { type ExternalIdentitiesStore } from './external-identities.store';
import { groupsIn, parseGroupRoles, rolesOfGroups, type GivenRoles } from './group-roles.rules';
import { type IdentityProvider, IdentityProviderError, type Identity } from './identity-provider.client';
import type { SignInRefusal } from './refusals.rules';

/** How a sign-in ended: with a person and where to go on, or with why not. `state` is given where the browser's attempt is used up. */
export type SignInOutcome =
  | { kind: 'signed-in'; person: Person; secret: string; path: string; state: string }
  | { kind: 'refused'; refusal: SignInRefusal; path?: string; state?: string };

/** Sign-ins that wait for the provider at once: nobody who hammers the way back may take more of the provider. */
const MAX_ACTIVE = 20;

/**
 * Single sign-on: sends browsers to the provider and begins sessions for who comes back proved. A person is issuer and subject; the first sign-in makes the
 * person, and groups, where they give roles, do so at each. An account that is disabled here stays out.
 */
export class SingleSignOn {
  private readonly groupRoles;
  private active = 0;

  constructor(
    config: SignInConfig,
    private readonly provider: IdentityProvider,
    private readonly cookie: AttemptCookie,
    private readonly identities: ExternalIdentitiesStore,
    private readonly people: PeopleStore,
    private readonly sessions: SessionsStore,
    private readonly teams: TeamsStore,
    private readonly audit: AuditStore,
    private readonly log: ErrorLog,
  ) {
    this.groupRoles = config.OIDC_GROUP_ROLES ? parseGroupRoles(config.OIDC_GROUP_ROLES) : undefined;
  }

  /** Where to send the browser with which cookie; or why not. `path`: where the sign-in leads back to. */
  async begin(path: string): Promise<{ url: string; cookie: string } | { refusal: SignInRefusal }> {
    try {
      const { url, attempt } = await this.provider.begin();
      return { url: url.href, cookie: this.cookie.given({ ...attempt, path }) };
    } catch (error) {
      return { refusal: this.refusalOf(error) };
    }
  }

  /** What becomes of a browser that comes back. `query`: what it brought, `cookies`: what it carries. */
  async finish(query: string, cookies: Readonly<Record<string, string | undefined>>, place: Place): Promise<SignInOutcome> {
    const attempt = this.cookie.read(cookies, new URLSearchParams(query).get('state'));
    if (!attempt) return { kind: 'refused', refusal: 'not-begun-here' };
    const { path, state } = attempt;
    const refused = (refusal: SignInRefusal): SignInOutcome => ({ kind: 'refused', refusal, path, state });
    if (this.active >= MAX_ACTIVE) return { kind: 'refused', refusal: 'unavailable', path };
    if (!(await this.identities.use(state))) return refused('already-used');
    this.active += 1;
    try {
      const found = await this.personOf(await this.provider.finish(query, attempt), place.ip);
      if (typeof found === 'string') return refused(found);
      const secret = await this.audit.change(async (transaction, tell) => {
        await tell(byItself(found.id, place.ip), line({ action: 'signed-in' }));
        return this.sessions.within(transaction).begin(found.id, { ...place, means: 'single-sign-on' });
      });
      return { kind: 'signed-in', person: found, secret, path, state };
    } catch (error) {
      return refused(this.refusalOf(error));
    } finally {
      this.active -= 1;
    }
  }

  /** The person as it stands now, or why it stays out. Roles that groups no longer give are taken also from who stays out. */
  private async personOf(identity: Identity, ip: string): Promise<Person | SignInRefusal> {
    const known = await this.identities.userIdOf(identity);
    const person = known && (await this.people.byId(known));
    if (person && person.disabledAt !== null) return this.staysOut(person, ip, 'disabled');
    const given = await this.given(identity);
    if (given && !given.owner && given.roles.size === 0) {
      if (!person) return 'no-role';
      await this.give(person, given, ip);
      return this.staysOut(person, ip, 'no-role');
    }
    if (identity.email === undefined) return 'no-email';
    const words = { email: identity.email, name: identity.name ?? identity.email };
    const id = person ? person.id : await this.made(identity, words, ip);
    if (person && (person.email !== words.email || person.name !== words.name)) await this.identities.rename(id, words);
    const before = person || (await this.people.byId(id));
    if (!before) throw new Error('the person is gone again');
    if (given) await this.give(before, given, ip);
    return (await this.people.byId(id)) ?? 'disabled';
  }

  /** Only of who has an account: of others the provider knows, not we. */
  private async staysOut({ id }: Person, ip: string, refusal: SignInRefusal): Promise<SignInRefusal> {
    await this.audit.addFailedSignIn({ userId: id, ip, place: placeOf(ip), means: 'single-sign-on' });
    return refusal;
  }

  private async made(identity: Identity, words: { email: string; name: string }, ip: string): Promise<string> {
    const id = await this.audit.change(async (transaction, tell) => {
      const added = await this.identities.within(transaction).add(identity, words);
      if (added !== undefined) await tell(byItself(added, ip), line({ action: 'user-made', subject: added }));
      return added;
    });
    if (id !== undefined) return id;
    const other = await this.identities.userIdOf(identity);
    if (other === undefined) throw new Error('the person is gone again');
    return other;
  }

  private async given({ groups }: Identity): Promise<GivenRoles | undefined> {
    if (!this.groupRoles) return undefined;
    const teamIds = (await this.teams.names(undefined)).map(({ id }) => id);
    return rolesOfGroups(this.groupRoles, groupsIn(groups), teamIds);
  }

  private async give(person: Person, given: GivenRoles, ip: string): Promise<void> {
    if (person.owner === given.owner && sameRoles(person.roles, given.roles)) return;
    await this.audit.change(async (transaction, tell) => {
      const people = this.people.within(transaction);
      await people.change(person.id, { owner: given.owner });
      await people.setRoles(person.id, given.roles, undefined);
      const changes = accessChanges(person, given);
      await tell(byItself(person.id, ip), line({ action: 'user-changed', subject: person.id, changes }));
    });
  }

  private refusalOf(error: unknown): SignInRefusal {
    if (!(error instanceof IdentityProviderError)) throw error;
    // Somebody who says no is no trouble of ours; the other two are for who runs this.
    if (error.kind !== 'declined') this.log.error({ reason: error.kind, code: error.code }, 'a single sign-on failed');
    return error.kind;
  }
}

function byItself(userId: string, ip: string): Author {
  return { by: `user:${userId}`, userId, ip };
}

function line(entry: AuditEntry): AuditEntry {
  return { ...entry, detail: { means: 'single-sign-on' } };
}

function sameRoles(one: ReadonlyMap<string, Role>, other: ReadonlyMap<string, Role>): boolean {
  return one.size === other.size && [...one].every(([teamId, role]) => other.get(teamId) === role);
}
