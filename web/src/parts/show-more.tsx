import { Button, type MantineSpacing } from '@mantine/core';

interface ShowMoreProps {
  /** A list that comes page by page. */
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> };
  /** How far below what stands over it. */
  mt?: MantineSpacing;
}

/** Asks for the next page of a list; nothing when all of it is there. */
export function ShowMore({ list, mt = 0 }: ShowMoreProps) {
  if (!list.hasNextPage) return null;
  return (
    <Button variant="default" mt={mt} loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
      Show more
    </Button>
  );
}
