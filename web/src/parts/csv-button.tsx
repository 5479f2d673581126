import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';

/** Downloads a list as a table, filtered as it is shown. */
export function CsvButton({ href }: { href: string }) {
  return (
    <Button component="a" href={href} download variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
      Download CSV
    </Button>
  );
}
