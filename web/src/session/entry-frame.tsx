import { Center, Paper, Stack, Text, Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import mark from '../mark.svg';

interface EntryFrameProps {
  title: string;
  /** One sentence below the title. */
  says?: ReactNode;
  children: ReactNode;
}

/** The frame of the pages before the console: signing in, joining, choosing a password. */
export function EntryFrame({ title, says, children }: EntryFrameProps) {
  useEffect(() => {
    document.title = `${title} · lever-certn`;
  }, [title]);
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder shadow="sm" p={{ base: 'lg', xs: 'xl' }} w="100%" maw={430}>
        <Stack>
          <Stack gap={4} align="center">
            <img src={mark} alt="" width={44} height={44} />
            <Title order={1} ta="center">
              {title}
            </Title>
            {says && (
              <Text c="dimmed" size="sm" ta="center" component="div" style={{ overflowWrap: 'anywhere' }}>
                {says}
              </Text>
            )}
          </Stack>
          {children}
        </Stack>
      </Paper>
    </Center>
  );
}
