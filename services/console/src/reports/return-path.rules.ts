const PATHS = [/^\/$/, /^\/api\/docs$/, /^\/reports\/[A-Za-z0-9-]{1,100}$/];

/** Where a sign-in may lead back to: our own pages of a fixed list, else the start page. */
export function returnPath(wanted: unknown): string {
  return typeof wanted === 'string' && PATHS.some((path) => path.test(wanted)) ? wanted : '/';
}
