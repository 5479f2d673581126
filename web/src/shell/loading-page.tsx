import { Box, VisuallyHidden } from '@mantine/core';
import { useContext, useEffect, useState } from 'react';
import { LoadingRows } from '../parts/notices';
import { InShell, PageLandmark } from './page-landmark';

/** What takes less is not worth a flicker. */
const WORTH_A_WORD_MS = 300;

/** In place of a page that is not there yet. */
export function LoadingPage() {
  const isInShell = useContext(InShell);
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), WORTH_A_WORD_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isLong) return null;
  const rows = (
    <>
      <VisuallyHidden component="h1">Loading</VisuallyHidden>
      <LoadingRows />
    </>
  );
  return (
    <PageLandmark>
      {isInShell ? (
        rows
      ) : (
        <Box maw={720} mx="auto" px="md" py={64}>
          {rows}
        </Box>
      )}
    </PageLandmark>
  );
}
