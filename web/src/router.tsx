import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from '@tanstack/react-router';
import { queryClient } from './api/query-client';
import './candidates/candidate-list-state';
import { candidateSearchOf } from './candidates/candidate-search.rules';
import { deliverySearchOf } from './deliveries/delivery-search.rules';
import { AbsentPage } from './shell/absent-page';
import { BrokenPage } from './shell/broken-page';
import { Shell } from './shell/shell';
import { sessionQuery } from './session/session.queries';
import { stepOf, type SettingsStep } from './settings/steps.rules';
import { teamQuery } from './teams/teams.queries';

/** Every page and where it lives: the one table of paths. Pages come when they are asked for. */

const root = createRootRoute({ component: Outlet, notFoundComponent: AbsentPage, errorComponent: BrokenPage });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { return?: string } =>
    typeof search.return === 'string' ? { return: search.return } : {},
  component: lazyRouteComponent(() => import('./session/sign-in-page'), 'SignInPage'),
});

/** Behind the sign-in: who is not signed in is asked to, and comes back. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery);
    if (!session) throw redirect({ to: '/sign-in', search: { return: location.href } });
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

/** Everything of one team. */
const team = createRoute({
  getParentRoute: () => signedIn,
  path: '/teams/$teamId',
  loader: ({ params }) => queryClient.ensureQueryData(teamQuery(params.teamId)),
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
  signedIn.addChildren([
    start,
    teams,
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
  defaultErrorComponent: BrokenPage,
  defaultNotFoundComponent: AbsentPage,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
