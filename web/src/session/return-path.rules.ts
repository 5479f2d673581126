const PLACES = [/^\/$/, /^\/teams(\/|$|\?)/, /^\/users(\/|$|\?)/, /^\/account(\/|$|\?)/, /^\/audit(\/|$|\?)/, /^\/api\/docs$/, /^\/reports\/[A-Za-z0-9-]{1,100}$/];

/** Where a sign-in may lead back to: our own pages of a fixed list, else the start. */
export function returnPath(wanted: unknown): string {
  return typeof wanted === 'string' && !wanted.includes('\\') && PLACES.some((place) => place.test(wanted)) ? wanted : '/';
}
