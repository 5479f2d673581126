import { Alert, Button, Center, Loader, Skeleton, Stack, Text, ThemeIcon, Title, type ButtonProps } from '@mantine/core';
import { IconAlertTriangle, IconLock, IconRefresh } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { ApiProblem, isPassing } from '../api/client';
import { LinkButton } from './router-link';

interface ProblemNoticeProps {
  error: Error | null | undefined;
  again?: () => unknown;
  /** It was to be read, which is tried again by itself as long as it may help. */
  isReading?: boolean;
}

/** A "no" of the API in its words, with what to do about it. Nothing when there is no error. */
export function ProblemNotice({ error, again, isReading = false }: ProblemNoticeProps) {
  if (!error) return null;
  const problem = error instanceof ApiProblem ? error : undefined;
  return (
    <Alert color="red" role="alert" icon={<IconAlertTriangle />} title={problem?.title ?? 'Something went wrong'} mb="md">
      <Stack gap="xs" align="flex-start">
        {problem?.detail && <Text size="sm">{problem.detail}</Text>}
        <Text size="sm">
          {problem?.cure ?? 'Load the page again; if it stays, tell the people who run this console.'}
          {isReading && isPassing(error) && ' This page keeps trying by itself.'}
        </Text>
        {again && <TryAgain again={again} size="xs" />}
      </Stack>
    </Alert>
  );
}

/** A button to try again. It stays where it is, and keeps the focus, while that goes on. */
export function TryAgain({ again, ...look }: Pick<ButtonProps, 'size'> & { again: () => unknown }) {
  const [tries, setTries] = useState(0);
  const onClick = async (): Promise<void> => {
    setTries((count) => count + 1);
    try {
      await again();
    } finally {
      setTries((count) => count - 1);
    }
  };
  return (
    <Button
      variant="default"
      leftSection={tries > 0 ? <Loader size={14} color="currentColor" /> : <IconRefresh size={14} aria-hidden />}
      onClick={() => void onClick()}
      {...look}
    >
      Try again
    </Button>
  );
}

interface NoPermissionProps {
  /** What one may not. */
  may?: string;
  /** It is all of the page, so that its title is the page's. */
  isPage?: boolean;
}

/** What one may not see or do, with whom to ask. */
export function NoPermission({ may = 'see this page', isPage = false }: NoPermissionProps) {
  const action = (
    <LinkButton to="/" variant="light">
      Go to the start
    </LinkButton>
  );
  return (
    <Blank icon={<IconLock />} title={`You may not ${may}`} isPage={isPage} action={action}>
      That is for admins of a team. Ask one of yours for the role, or for what you need from here.
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
