/**
 * Who may do what: the one table of routes and roles. The guard lets nothing through that does not stand here, and a spec walks every line with every
 * role and with people of another team.
 */

/**
 * - `anyone`: also who is not signed in;
 * - `person`: signed in with a session, not with an API token;
 * - `signed-in`: a person or an API token;
 * - `viewer`, `admin`: of the team in the path (or, where none is in it, of any team); a role includes those before it;
 * - `people-admin`: an admin of any team, in person: what makes people's ways in is not for scripts;
 * - `owner`: of the installation, a person; owners may also do everything that viewers and admins of every team may;
 * - `page`: a plain page, which itself asks people to sign in.
 */
export type Access = 'anyone' | 'person' | 'signed-in' | 'viewer' | 'admin' | 'people-admin' | 'owner' | 'page';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As the router has it. `:teamId` in it says whose it is. */
  readonly path: string;
  readonly access: Access;
  /** Asked for by pages by themselves, again and again: does not keep an idle session alive. */
  readonly unattended?: true;
  /** Also for who must choose another password first. */
  readonly beforePasswordChange?: true;
  /** About passwords kept here: refused where people sign in with single sign-on only. */
  readonly local?: true;
}

const TEAM = '/api/teams/:teamId';

export const ROUTES: readonly Route[] = [
  { method: 'POST', path: '/api/session', access: 'anyone', local: true },
  { method: 'GET', path: '/api/session', access: 'signed-in', beforePasswordChange: true },
  { method: 'GET', path: '/api/session/methods', access: 'anyone' },
  { method: 'DELETE', path: '/api/session', access: 'person', beforePasswordChange: true },
  { method: 'PUT', path: '/api/session/password', access: 'person', beforePasswordChange: true, local: true },
  { method: 'GET', path: '/api/sessions', access: 'person' },
  { method: 'DELETE', path: '/api/sessions', access: 'person' },
  { method: 'DELETE', path: '/api/sessions/:id', access: 'person' },

  { method: 'GET', path: '/api/users', access: 'admin' },
  { method: 'POST', path: '/api/users', access: 'owner', local: true },
  { method: 'PATCH', path: '/api/users/:id', access: 'person' },
  { method: 'DELETE', path: '/api/users/:id', access: 'owner' },
  { method: 'POST', path: '/api/users/:id/disable', access: 'people-admin' },
  { method: 'POST', path: '/api/users/:id/enable', access: 'people-admin' },
  { method: 'POST', path: '/api/users/:id/password-reset', access: 'people-admin', local: true },
  { method: 'GET', path: '/api/users/:id/sessions', access: 'owner' },
  { method: 'DELETE', path: '/api/users/:id/sessions', access: 'owner' },
  { method: 'DELETE', path: '/api/users/:id/sessions/:sessionId', access: 'owner' },

  { method: 'GET', path: '/api/invitations', access: 'admin' },
  { method: 'POST', path: '/api/invitations', access: 'people-admin', local: true },
  { method: 'POST', path: '/api/invitations/:id/link', access: 'people-admin', local: true },
  { method: 'DELETE', path: '/api/invitations/:id', access: 'people-admin' },
  { method: 'POST', path: '/api/invitation', access: 'anyone', local: true },
  { method: 'POST', path: '/api/invitation/accept', access: 'anyone', local: true },
  { method: 'POST', path: '/api/password-reset', access: 'anyone', local: true },
  { method: 'POST', path: '/api/password-reset/finish', access: 'anyone', local: true },

  { method: 'GET', path: '/api/tokens', access: 'person' },
  { method: 'POST', path: '/api/tokens', access: 'person' },
  { method: 'DELETE', path: '/api/tokens/:id', access: 'person' },

  { method: 'GET', path: '/api/teams', access: 'signed-in' },
  { method: 'POST', path: '/api/teams', access: 'owner' },
  { method: 'GET', path: TEAM, access: 'viewer' },
  { method: 'PATCH', path: TEAM, access: 'admin' },
  { method: 'DELETE', path: TEAM, access: 'owner' },

  { method: 'PUT', path: `${TEAM}/lever`, access: 'admin' },
  { method: 'GET', path: `${TEAM}/lever/stages`, access: 'admin' },
  { method: 'POST', path: `${TEAM}/lever/test`, access: 'admin' },
  { method: 'PUT', path: `${TEAM}/certn`, access: 'admin' },
  { method: 'POST', path: `${TEAM}/certn/test`, access: 'admin' },

  { method: 'GET', path: '/api/services', access: 'signed-in' },
  { method: 'GET', path: `${TEAM}/packages`, access: 'viewer' },
  { method: 'POST', path: `${TEAM}/packages`, access: 'admin' },
  { method: 'PATCH', path: `${TEAM}/packages/:id`, access: 'admin' },
  { method: 'DELETE', path: `${TEAM}/packages/:id`, access: 'admin' },
  { method: 'PUT', path: `${TEAM}/default-package`, access: 'admin' },
  { method: 'POST', path: `${TEAM}/enable`, access: 'admin' },
  { method: 'POST', path: `${TEAM}/disable`, access: 'admin' },
  { method: 'GET', path: `${TEAM}/checklist`, access: 'viewer' },
  { method: 'POST', path: `${TEAM}/test-event`, access: 'admin' },
  { method: 'GET', path: `${TEAM}/standing`, access: 'admin' },
  { method: 'POST', path: `${TEAM}/standing/order`, access: 'admin' },

  { method: 'GET', path: `${TEAM}/events`, access: 'viewer', unattended: true },
  { method: 'GET', path: `${TEAM}/overview`, access: 'viewer' },
  { method: 'GET', path: `${TEAM}/candidates`, access: 'viewer' },
  { method: 'GET', path: `${TEAM}/candidates/:opportunityId`, access: 'viewer' },
  { method: 'GET', path: `${TEAM}/candidates.csv`, access: 'viewer' },
  { method: 'GET', path: `${TEAM}/candidate-choices`, access: 'viewer' },
  { method: 'POST', path: `${TEAM}/candidates/:opportunityId/look`, access: 'admin' },
  { method: 'POST', path: `${TEAM}/candidates/:opportunityId/order`, access: 'admin' },
  { method: 'POST', path: `${TEAM}/checks/:checkId/resolve`, access: 'admin' },
  { method: 'GET', path: `${TEAM}/deliveries`, access: 'viewer' },
  { method: 'GET', path: `${TEAM}/delivery-counts`, access: 'viewer' },
  { method: 'GET', path: `${TEAM}/problems`, access: 'viewer' },
  { method: 'GET', path: `${TEAM}/problem-count`, access: 'viewer' },

  { method: 'GET', path: '/api/audit', access: 'admin' },
  { method: 'GET', path: '/api/audit.csv', access: 'admin' },
  { method: 'GET', path: '/api/audit-choices', access: 'admin' },

  { method: 'GET', path: '/sign-in/sso', access: 'anyone' },
  { method: 'GET', path: '/sign-in/sso/callback', access: 'anyone' },
  { method: 'GET', path: '/page.css', access: 'anyone' },
  { method: 'GET', path: '/*', access: 'anyone' },
  { method: 'GET', path: '/reports/:checkId', access: 'page' },
  { method: 'POST', path: '/reports/:checkId', access: 'page' },
];

const BY_NAME = new Map(ROUTES.map((route) => [`${route.method} ${route.path}`, route]));

/** The line of a route. `HEAD` is what `GET` is. */
export function routeOf(method: string, path: string | undefined): Route | undefined {
  return BY_NAME.get(`${method === 'HEAD' ? 'GET' : method} ${path}`);
}
