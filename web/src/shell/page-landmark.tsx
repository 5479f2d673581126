import { Box } from '@mantine/core';
import { createContext, useContext, type ReactNode } from 'react';
import { Brand } from './brand';

/** Whether there is a shell around, and with it the landmarks of the page. */
export const InShell = createContext(false);

/** What takes the place of a page, inside of the shell or where there is none; then the brand stands where the shell would have it. */
export function PageLandmark({ children }: { children: ReactNode }) {
  if (useContext(InShell)) return children;
  return (
    <>
      <Box component="header" px="md" py={14}>
        <Brand />
      </Box>
      <main>{children}</main>
    </>
  );
}
