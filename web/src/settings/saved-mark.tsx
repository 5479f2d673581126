import { Text } from '@mantine/core';
import type { KeyAnswer } from '../api/schema';
import { When } from '../parts/when';

/** What may be shown of a secret: when it was set and what it ends in. */
export function SavedMark({ mark }: { mark: KeyAnswer }) {
  return (
    <Text size="sm">
      Set <When at={mark.setAt} />
      {mark.endsIn && (
        <>
          , ends in <code>{mark.endsIn}</code>
        </>
      )}
    </Text>
  );
}
