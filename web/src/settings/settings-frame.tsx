import '@mantine/core/styles/Tabs.css';
import { Tabs } from '@mantine/core';
import { Outlet, useLocation, useNavigate, useParams } from '@tanstack/react-router';
import { NoPermission } from '../parts/notices';
import { PageHeading } from '../parts/page-heading';
import { useRole } from '../session/session.queries';

/** Team settings: for admins; others are told whom to ask. */
export function SettingsFrame() {
  const { teamId } = useParams({ from: '/signed-in/teams/$teamId/settings' });
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const tab = pathname.endsWith('/integrations') ? 'integrations' : 'general';
  if (useRole(teamId) !== 'admin')
    return (
      <>
        <PageHeading title="Team settings" />
        <NoPermission may="see the settings of this team" />
      </>
    );
  const open = (value: string | null): void =>
    void navigate({
      to: value === 'integrations' ? '/teams/$teamId/settings/integrations' : '/teams/$teamId/settings',
      params: { teamId },
    });
  return (
    <>
      <PageHeading title="Team settings" />
      <Tabs value={tab} onChange={open}>
        <Tabs.List mb="lg" aria-label="Parts of the settings">
          <Tabs.Tab value="general">General</Tabs.Tab>
          <Tabs.Tab value="integrations">Integrations</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value={tab}>
          <Outlet />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
