import type { Provider } from '@nestjs/common';
import { AuditStore } from '../audit/audit.store';
import type { Foundations } from '../console-parts';
import type { ErrorLog } from '../http/problem.filter';
import { PeopleStore } from '../people/people.store';
import { SessionsStore } from '../people/sessions.store';
import { TeamsStore } from '../teams/teams.store';
import { AttemptCookie } from './attempt-cookie';
import { ExternalIdentitiesStore } from './external-identities.store';
import { IdentityProvider } from './identity-provider.client';
import { SingleSignOn } from './single-sign-on';

/** Where the identity provider sends browsers back to; it has to be told this address. */
export const CALLBACK_PATH = '/sign-in/sso/callback';

/** What single sign-on is made of. Costs nothing where it is off: the library is loaded when it is first used. */
export function singleSignOnParts({ config, database, keyring }: Foundations, log: ErrorLog): Provider[] {
  const cookie = new AttemptCookie(keyring, config.PUBLIC_CONSOLE_URL);
  const identities = new ExternalIdentitiesStore(database, keyring);
  const provider = new IdentityProvider(config, new URL(CALLBACK_PATH, config.PUBLIC_CONSOLE_URL).href);
  return [
    { provide: AttemptCookie, useValue: cookie },
    { provide: ExternalIdentitiesStore, useValue: identities },
    {
      provide: SingleSignOn,
      inject: [PeopleStore, SessionsStore, TeamsStore, AuditStore],
      useFactory: (people: PeopleStore, sessions: SessionsStore, teams: TeamsStore, audit: AuditStore) =>
        new SingleSignOn(config, provider, cookie, identities, people, sessions, teams, audit, log),
    },
  ];
}
