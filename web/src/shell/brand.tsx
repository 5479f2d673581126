import { Group, Text } from '@mantine/core';
import mark from '../mark.svg';

/** The mark and the name of the console. */
export function Brand() {
  return (
    <Group gap="xs" wrap="nowrap">
      <img src={mark} alt="" width={28} height={28} />
      <Text fw={700}>lever-certn</Text>
    </Group>
  );
}
