import { Badge, Text, Tooltip } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useIsAway } from './live-state';

/** Says when what the page shows is not live. It stands in the header, so that nothing moves when it comes. */
export function LiveNote() {
  const isAway = useIsAway();
  return (
    <div role="status" style={{ flexShrink: 0 }}>
      {isAway && (
        <Tooltip label="Changes on the server do not show by themselves just now. The page connects again and then brings itself up to date.">
          <Badge
            miw="max-content"
            variant="default"
            tt="none"
            size="lg"
            tabIndex={0}
            leftSection={<IconPlugConnectedX size={14} aria-hidden />}
          >
            Not live
            <Text component="span" inherit visibleFrom="sm">
              : reconnecting
            </Text>
          </Badge>
        </Tooltip>
      )}
    </div>
  );
}
