import { PageHeading } from '../parts/page-heading';

/** What happened today, what is open and what waits for a person. */
export function OverviewPage() {
  return <PageHeading title="Overview" />;
}
