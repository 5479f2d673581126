import { Badge, Tooltip } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useIsAway } from './live-state';

/** Says when what the page shows is not live. It stands in the header, so that nothing moves when it comes. */
export function LiveNote() {
  const isAway = useIsAway();
  return (
    <div role="status">
      {isAway && (
        <Tooltip label="Changes on the server do not show by themselves just now. The page connects again and then brings itself up to date.">
          <Badge variant="default" tt="none" size="lg" tabIndex={0} leftSection={<IconPlugConnectedX size={14} aria-hidden />}>
            Not live: reconnecting
          </Badge>
        </Tooltip>
      )}
    </div>
  );
}
