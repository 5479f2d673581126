import { Badge, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { problemCountQuery } from './problems.queries';

const MOST_SHOWN = 99;

/** How many things wait for a person, beside the name of their page; nothing while there are none. */
export function ProblemCount({ teamId }: { teamId: string }) {
  const { data } = useQuery(problemCountQuery(teamId));
  if (!data || data.count === 0) return null;
  return (
    <Badge color="red" variant="light" size="sm">
      {data.count > MOST_SHOWN ? `${MOST_SHOWN}+` : data.count}
      <VisuallyHidden> waiting</VisuallyHidden>
    </Badge>
  );
}
