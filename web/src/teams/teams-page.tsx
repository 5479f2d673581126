import { Badge, Card, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconUsersGroup } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Blank } from '../parts/notices';
import { PageHeading } from '../parts/page-heading';
import { Reading } from '../parts/reading';
import { LinkAnchor } from '../parts/router-link';
import { ShowMore } from '../parts/show-more';
import { useSession } from '../session/session.queries';
import { NewTeam } from './new-team';
import { teamsQuery } from './teams.queries';

/** The teams one is in. */
export function TeamsPage() {
  const list = useInfiniteQuery(teamsQuery);
  const { data } = list;
  const { user } = useSession();
  const teams = data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <>
      <PageHeading title="Teams" says="A team has its own Lever and Certn connections, packages and candidates.">
        {user.owner && <NewTeam />}
      </PageHeading>
      <Reading of={list} />
      {data && teams.length === 0 && (
        <Blank icon={<IconUsersGroup />} title={user.owner ? 'There is no team yet' : 'You are in no team yet'}>
          {user.owner
            ? 'Make the first one with New team, then set up its Lever Integration.'
            : 'Ask an admin of a team, or an owner of this console, to let you in.'}
        </Blank>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
        {teams.map((team) => (
          <Card key={team.id} withBorder>
            <Stack gap="xs" align="flex-start">
              <LinkAnchor to="/teams/$teamId" params={{ teamId: team.id }} fw={600}>
                {team.name}
              </LinkAnchor>
              <Badge variant="light" tt="none" color={team.enabled ? 'pine' : 'gray'}>
                {team.enabled ? 'Integration enabled' : 'Integration not enabled'}
              </Badge>
              {team.missing.length > 0 && (
                <Text size="sm" c="dimmed">
                  {team.missing.length} to do until it can be enabled
                </Text>
              )}
            </Stack>
          </Card>
        ))}
      </SimpleGrid>
      <ShowMore list={list} mt="md" />
    </>
  );
}
