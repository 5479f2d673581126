import { AppShell, Burger, Group, ScrollArea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useLocation, useRouter } from '@tanstack/react-router';
import { Suspense, useEffect } from 'react';
import { LiveNote } from '../live/live-note';
import { LinkAnchor } from '../parts/router-link';
import { sessionQuery } from '../session/session.queries';
import { Brand } from './brand';
import { LoadingPage } from './loading-page';
import { Navigation } from './navigation';
import { InShell } from './page-landmark';
import { PersonMenu } from './person-menu';

/** The frame around every page behind the sign-in: brand, navigation, who one is. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure();
  const location = useLocation();
  const { data: session } = useQuery(sessionQuery);
  const router = useRouter();
  useEffect(close, [location.pathname, close]);
  // The place is read once: on the way to sign-in it is that of sign-in, while this frame still stands.
  useEffect(() => {
    if (session === null) void router.navigate({ to: '/sign-in', search: { return: router.state.location.href } });
  }, [session, router]);
  if (!session) return null;
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 240, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      transitionDuration={0}
      padding={{ base: 'md', sm: 'xl' }}
    >
      <a className="skip-link" href="#page">
        Skip to the page
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" aria-expanded={opened} />
            <LinkAnchor to="/" underline="never" c="inherit">
              <Brand />
            </LinkAnchor>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <LiveNote />
            <PersonMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" aria-label="Main" component="nav">
        <AppShell.Section grow component={ScrollArea}>
          <Navigation />
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="page" tabIndex={-1}>
        <InShell value={true}>
          <Suspense fallback={<LoadingPage />}>
            <Outlet />
          </Suspense>
        </InShell>
      </AppShell.Main>
    </AppShell>
  );
}
