import { Button, Checkbox, Group, Stack, Table, Text } from '@mantine/core';
import { IconUserCheck } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { StandingAnswer, TeamAnswer } from '../api/schema';
import { Blank, LoadingRows, ProblemNotice } from '../parts/notices';
import { ShowMore } from '../parts/show-more';
import { When } from '../parts/when';
import { standingQuery } from './settings.queries';
import { checksOf, nameOf, toggled } from './standing-choice.rules';

const StandingOrderDialog = lazy(async () => ({ default: (await import('./standing-order-dialog')).StandingOrderDialog }));

/** At most so many in one call of the API. */
const MOST_AT_ONCE = 200;

/** Those who stand in the trigger stage already, and checks for some or all of them. */
export function StandingStep({ team }: { team: TeamAnswer }) {
  const stage = team.lever.triggerStage;
  if (!stage?.id) return <Text size="sm">Save the Api Key and the trigger stage first.</Text>;
  return (
    <Stack gap="md">
      <Text size="sm" maw="65ch">
        Who stood in <b>{stage.name}</b> before the integration was enabled has no check. Choose for whom one is to be ordered.
      </Text>
      {!team.enabled && <Text size="sm">Checks can be ordered once the integration is enabled.</Text>}
      <StandingList team={team} stageId={stage.id} />
    </Stack>
  );
}

function StandingList({ team, stageId }: { team: TeamAnswer; stageId: string }) {
  const list = useInfiniteQuery(standingQuery(team.id, stageId));
  const { data, error, isPending, refetch } = list;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState(false);
  const people = data?.pages.flatMap(({ items }) => items) ?? [];
  const free = people.filter(({ check }) => check === null).map(({ opportunityId }) => opportunityId);
  const all = free.slice(0, MOST_AT_ONCE);
  const allChosen = all.length > 0 && all.every((id) => chosen.has(id));
  if (isPending && !error) return <LoadingRows rows={3} />;
  return (
    <>
      <ProblemNotice error={error} again={() => void refetch()} />
      {data && people.length === 0 && (
        <Blank icon={<IconUserCheck />} title="Nobody stands in the stage">
          Whoever is moved into it from now on gets a check by itself.
        </Blank>
      )}
      {people.length > 0 && (
        <>
          <Table aria-label="Already in the stage">
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={40}>
                  <Checkbox
                    aria-label="Choose all without a check"
                    checked={allChosen}
                    indeterminate={chosen.size > 0 && !allChosen}
                    disabled={all.length === 0}
                    onChange={() => setChosen(new Set(allChosen ? [] : all))}
                  />
                </Table.Th>
                <Table.Th>Name</Table.Th>
                <Table.Th>Moved in</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {people.map((one) => (
                <StandingRow
                  key={one.opportunityId}
                  one={one}
                  isChosen={chosen.has(one.opportunityId)}
                  isFull={chosen.size >= MOST_AT_ONCE}
                  toggle={() => setChosen(toggled(chosen, one.opportunityId))}
                />
              ))}
            </Table.Tbody>
          </Table>
          <Group>
            <Button disabled={chosen.size === 0 || !team.enabled} onClick={() => setAsked(true)}>
              {chosen.size === 0 ? 'Order' : `Order ${checksOf(chosen.size)}`}
            </Button>
            <ShowMore list={list} />
            <Text size="sm" c="dimmed">
              {people.length}
              {list.hasNextPage ? ' or more' : ''} in the stage, {free.length} without a check
            </Text>
          </Group>
        </>
      )}
      <Suspense fallback={null}>
        {asked && (
          <StandingOrderDialog
            teamId={team.id}
            chosen={people.filter(({ opportunityId }) => chosen.has(opportunityId))}
            close={() => setAsked(false)}
            done={() => {
              setAsked(false);
              setChosen(new Set());
              void refetch();
            }}
          />
        )}
      </Suspense>
    </>
  );
}

interface StandingRowProps {
  one: StandingAnswer;
  isChosen: boolean;
  isFull: boolean;
  toggle: () => void;
}

function StandingRow({ one, isChosen, isFull, toggle }: StandingRowProps) {
  const name = nameOf(one);
  return (
    <Table.Tr>
      <Table.Td>
        <Checkbox
          aria-label={`Choose ${name}`}
          checked={isChosen}
          disabled={one.check !== null || (isFull && !isChosen)}
          onChange={toggle}
        />
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {name}
        <Text size="sm" c="dimmed">
          {one.check ? `Has a check (${one.check.status})` : 'No check yet'}
        </Text>
      </Table.Td>
      <Table.Td>{one.movedInAt ? <When at={one.movedInAt} size="sm" /> : <Text size="sm">not known</Text>}</Table.Td>
    </Table.Tr>
  );
}
