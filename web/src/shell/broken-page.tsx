import { Container } from '@mantine/core';
import { useQueryErrorResetBoundary } from '@tanstack/react-query';
import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { ApiProblem } from '../api/client';
import { NoPermission, ProblemNotice } from '../parts/notices';
import { Absent } from './absent-page';

/** A page that could not be shown: why, and what to do. */
export function BrokenPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const queries = useQueryErrorResetBoundary();
  const again = (): void => {
    queries.reset();
    reset();
    void router.invalidate();
  };
  if (error instanceof ApiProblem && error.status === 404) return <Absent />;
  if (error instanceof ApiProblem && error.status === 403) return <NoPermission />;
  return (
    <Container size="xs" py="xl">
      <ProblemNotice error={error instanceof Error ? error : new Error(String(error))} again={again} />
    </Container>
  );
}
