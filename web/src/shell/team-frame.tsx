import { Outlet } from '@tanstack/react-router';

/** Around every page of a team: what stands in its way, and news as they come. */
export function TeamFrame() {
  return <Outlet />;
}
