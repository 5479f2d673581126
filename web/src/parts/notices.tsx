import { Alert, Button, Center, Skeleton, Stack, Text, ThemeIcon, Title } from '@mantine/core';
import { IconAlertTriangle, IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ApiProblem } from '../api/client';

/** A "no" of the API in its words, with what to do about it. Nothing when there is no error. */
export function ProblemNotice({ error, again }: { error: Error | null | undefined; again?: () => void }) {
  if (!error) return null;
  const problem = error instanceof ApiProblem ? error : undefined;
  return (
    <Alert color="red" role="alert" icon={<IconAlertTriangle />} title={problem?.title ?? 'Something went wrong'} mb="md">
      <Stack gap="xs" align="flex-start">
        {problem?.detail && <Text size="sm">{problem.detail}</Text>}
        <Text size="sm">{problem?.cure ?? 'Reload the page; if it stays, tell the people who run this console.'}</Text>
        {again && (
          <Button size="xs" color="red" variant="light" onClick={again}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** A page or part that one may not see, with whom to ask. */
export function NoPermission({ what = 'this page' }: { what?: string }) {
  return (
    <Blank icon={<IconLock />} title={`You may not see ${what}`}>
      It is for admins of the team. Ask one of them for the role, or for what you need from here.
    </Blank>
  );
}

interface BlankProps {
  icon: ReactNode;
  title: string;
  children?: ReactNode;
  /** What to do next. */
  action?: ReactNode;
  /** It is all of the page, so that its title is the page's. */
  isPage?: boolean;
}

/** A place where there is nothing yet, and what would bring something. */
export function Blank({ icon, title, children, action, isPage = false }: BlankProps) {
  return (
    <Center py={64} px="md">
      <Stack align="center" gap="sm" maw={460} ta="center">
        <ThemeIcon variant="light" size={48} radius="xl" aria-hidden>
          {icon}
        </ThemeIcon>
        <Title order={isPage ? 1 : 2}>{title}</Title>
        {children && <Text c="dimmed">{children}</Text>}
        {action}
      </Stack>
    </Center>
  );
}

/** Lines that stand where rows will be. */
export function LoadingRows({ rows = 6 }: { rows?: number }) {
  return (
    <Stack gap="sm" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={36} />
      ))}
    </Stack>
  );
}
