const PLACES = [
  /^\/$/,
  /^\/(teams|users|account|audit)(?=[/?]|$)[\w\-/?=&%.+~,:]*$/,
  /^\/api\/docs$/,
  /^\/reports\/[A-Za-z0-9-]{1,100}$/,
];

/** Where a sign-in may lead back to: our own pages of a fixed list, else the start page. */
export function returnPath(wanted: unknown): string {
  return typeof wanted === 'string' && PLACES.some((place) => place.test(wanted)) ? wanted : '/';
}
