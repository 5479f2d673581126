import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { queryClient } from './api/query-client';
import './candidates/candidate-list-state';
import { auditSearchOf } from './audit/audit-search.rules';
import { candidateSearchOf } from './candidates/candidate-search.rules';
import { deliverySearchOf } from './deliveries/delivery-search.rules';
import { AbsentPage } from './shell/absent-page';
import { BrokenPage } from './shell/broken-page';
import { LoadingPage } from './shell/loading-page';
import { Shell } from './shell/shell';
import { returnPath } from './session/return-path.rules';
import { sessionQuery } from './session/session.queries';
import { stepOf, type SettingsStep } from './settings/steps.rules';
import { teamQuery } from './teams/teams.queries';

/** Every page and where it lives: the one table of paths. Pages come when they are asked for. */

const root = createRootRoute({ component: Outlet, notFoundComponent: AbsentPage, errorComponent: BrokenPage });

const validateReturn = (search: Record<string, unknown>): { return?: string } =>
  typeof search.return === 'string' ? { return: search.return } : {};

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { return?: string; refused?: string } => ({
    ...validateReturn(search),
    ...(typeof search.refused === 'string' ? { refused: search.refused } : {}),
  }),
  beforeLoad: async ({ search }) => {
    const session = await queryClient.ensureQueryData(sessionQuery);
    if (session) throw redirect({ href: returnPath(search.return), reloadDocument: true });
  },
  component: lazyRouteComponent(() => import('./session/sign-in-page'), 'SignInPage'),
});

/** Who signed in with a password that somebody else chose gets no further than here. */
const newPassword = createRoute({
  getParentRoute: () => root,
  path: '/new-password',
  validateSearch: validateReturn,
  beforeLoad: async ({ search }) => {
    const session = await queryClient.ensureQueryData(sessionQuery);
    if (!session) throw redirect({ to: '/sign-in', search });
    if (!session.mustChangePassword) throw redirect({ to: '/' });
  },
  component: lazyRouteComponent(() => import('./session/new-password-page'), 'NewPasswordPage'),
});

/** One-time links: their secret stands behind `#`. */
const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('./session/invitation-page'), 'InvitationPage'),
});
const passwordReset = createRoute({
  getParentRoute: () => root,
  path: '/password-reset',
  component: lazyRouteComponent(() => import('./session/password-reset-page'), 'PasswordResetPage'),
});

/** Behind the sign-in: who is not signed in is asked to, and comes back. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery);
    if (!session) throw redirect({ to: '/sign-in', search: { return: location.href } });
    if (session.mustChangePassword) throw redirect({ to: '/new-password', search: { return: location.href } });
  },
  component: Shell,
});

const start = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: async () => {
    const session = await queryClient.ensureQueryData(sessionQuery);
    const only = session?.teams.length === 1 ? session.teams[0] : undefined;
    throw only ? redirect({ to: '/teams/$teamId', params: { teamId: only.id } }) : redirect({ to: '/teams' });
  },
});

const teams = createRoute({
  getParentRoute: () => signedIn,
  path: '/teams',
  component: lazyRouteComponent(() => import('./teams/teams-page'), 'TeamsPage'),
});

const users = createRoute({
  getParentRoute: () => signedIn,
  path: '/users',
  validateSearch: (search: Record<string, unknown>): { q?: string } =>
    typeof search.q === 'string' && search.q ? { q: search.q } : {},
  component: lazyRouteComponent(() => import('./people/users-page'), 'UsersPage'),
});

const invite = createRoute({
  getParentRoute: () => signedIn,
  path: '/users/invite',
  component: lazyRouteComponent(() => import('./people/invite-page'), 'InvitePage'),
});

const audit = createRoute({
  getParentRoute: () => signedIn,
  path: '/audit',
  validateSearch: auditSearchOf,
  component: lazyRouteComponent(() => import('./audit/audit-page'), 'AuditPage'),
});

const account = createRoute({
  getParentRoute: () => signedIn,
  path: '/account',
  component: lazyRouteComponent(() => import('./account/account-page'), 'AccountPage'),
});

/** Everything of one team. */
const team = createRoute({
  getParentRoute: () => signedIn,
  path: '/teams/$teamId',
  // Not waited for: the frame says how it stands.
  loader: ({ params }) => void queryClient.prefetchQuery(teamQuery(params.teamId)),
  component: lazyRouteComponent(() => import('./shell/team-frame'), 'TeamFrame'),
});

const overview = createRoute({
  getParentRoute: () => team,
  path: '/',
  component: lazyRouteComponent(() => import('./overview/overview-page'), 'OverviewPage'),
});

const candidates = createRoute({
  getParentRoute: () => team,
  path: '/candidates',
  validateSearch: candidateSearchOf,
  component: lazyRouteComponent(() => import('./candidates/candidates-page'), 'CandidatesPage'),
});

const candidate = createRoute({
  getParentRoute: () => team,
  path: '/candidates/$opportunityId',
  component: lazyRouteComponent(() => import('./candidates/candidate-page'), 'CandidatePage'),
});

const deliveries = createRoute({
  getParentRoute: () => team,
  path: '/deliveries',
  validateSearch: deliverySearchOf,
  component: lazyRouteComponent(() => import('./deliveries/deliveries-page'), 'DeliveriesPage'),
});

const problems = createRoute({
  getParentRoute: () => team,
  path: '/problems',
  component: lazyRouteComponent(() => import('./problems/problems-page'), 'ProblemsPage'),
});

const teamSettings = createRoute({
  getParentRoute: () => team,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings-frame'), 'SettingsFrame'),
});

const generalSettings = createRoute({
  getParentRoute: () => teamSettings,
  path: '/',
  component: lazyRouteComponent(() => import('./settings/general-page'), 'GeneralPage'),
});

const integrations = createRoute({
  getParentRoute: () => teamSettings,
  path: '/integrations',
  validateSearch: (search: Record<string, unknown>): { step?: SettingsStep } => {
    const step = stepOf(search.step);
    return step ? { step } : {};
  },
  component: lazyRouteComponent(() => import('./settings/integrations-page'), 'IntegrationsPage'),
});

const routeTree = root.addChildren([
  signIn,
  newPassword,
  invitation,
  passwordReset,
  signedIn.addChildren([
    start,
    teams,
    users,
    invite,
    audit,
    account,
    team.addChildren([
      overview,
      candidates,
      candidate,
      deliveries,
      problems,
      teamSettings.addChildren([generalSettings, integrations]),
    ]),
  ]),
]);

/** The pages of the console. */
export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
  defaultPendingComponent: LoadingPage,
  defaultErrorComponent: BrokenPage,
  defaultNotFoundComponent: AbsentPage,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
