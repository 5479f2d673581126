import { Group, Stack, Text, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';

interface PageHeadingProps {
  title: string;
  /** One sentence: what one finds or does here. */
  says?: ReactNode;
  /** Buttons to the right. */
  children?: ReactNode;
}

/** The heading of a page; also the title of the browser's tab. */
export function PageHeading({ title, says, children }: PageHeadingProps) {
  useEffect(() => {
    document.title = `${title} · lever-certn`;
  }, [title]);
  return (
    <Group justify="space-between" align="flex-start" mb="lg" gap="sm">
      <Stack gap={4} style={{ minWidth: 0, flex: '1 1 16rem' }}>
        <Title order={1} style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Title>
        {says && (
          <Text c="dimmed" maw="65ch">
            {says}
          </Text>
        )}
      </Stack>
      {children && <Group gap="xs">{children}</Group>}
    </Group>
  );
}
