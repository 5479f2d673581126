import { Badge } from '@mantine/core';
import { statusTone } from './status-tone.rules';

const COLOURS = { waiting: 'gray', running: 'blue', good: 'pine', bad: 'red', ended: 'gray' } as const;

/** A status in the words of its tag in Lever. */
export function StatusTag({ tag }: { tag: string }) {
  return (
    <Badge variant="light" color={COLOURS[statusTone(tag)]} radius="sm" tt="none" fw={600} style={{ flexShrink: 0 }}>
      {tag}
    </Badge>
  );
}
