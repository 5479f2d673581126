import { Button } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import { ApiProblem, isNotFound, isPassing } from '../api/client';
import { readAgain } from '../api/query-client';
import { Blank, NoPermission, TryAgain } from '../parts/notices';
import { AbsentPage } from './absent-page';
import { PageLandmark } from './page-landmark';

const AGAIN_MS = 5_000;

/** A page that could not be shown: why, and what to do. */
export function BrokenPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const goOn = useCallback(async () => {
    if (!(await readAgain())) return;
    reset();
    await router.invalidate();
  }, [reset, router]);
  if (isNotFound(error)) return <AbsentPage />;
  if (error instanceof ApiProblem && error.status === 403) return <NoPermission isPage />;
  if (error instanceof ApiProblem) return <UnreadPage problem={error} goOn={goOn} />;
  return (
    <PageLandmark>
      <Blank
        icon={<IconPlugConnectedX />}
        title="This page can not be shown"
        isPage
        action={<Button onClick={() => window.location.reload()}>Load the page again</Button>}
      >
        A part of the console could not be loaded, or something in it went wrong. Load the page again; if it stays, tell the
        people who run this console.
      </Blank>
    </PageLandmark>
  );
}

interface UnreadPageProps {
  problem: ApiProblem;
  /** Shows the page, if what it needs can be read now. */
  goOn: () => Promise<void>;
}

/** What every page needs could not be read. Where that may pass, the page goes on by itself once it has. */
function UnreadPage({ problem, goOn }: UnreadPageProps) {
  const mayPass = isPassing(problem);
  useEffect(() => {
    if (!mayPass) return undefined;
    const timer = setInterval(() => void goOn(), AGAIN_MS);
    return () => clearInterval(timer);
  }, [mayPass, goOn]);
  return (
    <PageLandmark>
      <Blank icon={<IconPlugConnectedX />} title={problem.title} isPage action={<TryAgain again={goOn} />}>
        {problem.detail} {problem.cure} {mayPass && 'This page keeps trying by itself.'}
      </Blank>
    </PageLandmark>
  );
}
