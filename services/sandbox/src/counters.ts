/** How often one route was called, and how it was answered. */
export interface RouteCount {
  calls: number;
  statuses: Record<string, number>;
}

/** Counts the calls of each vendor's routes, by account and by status; a call that was broken off counts under its fault. */
export class Counters {
  private readonly routes = new Map<string, RouteCount>();
  private readonly accounts = new Map<string, number>();

  call(vendor: string, route: string, account: string | undefined, outcome: number | string): void {
    const name = `${vendor} ${route}`;
    let count = this.routes.get(name);
    if (!count) this.routes.set(name, (count = { calls: 0, statuses: {} }));
    count.calls += 1;
    count.statuses[outcome] = (count.statuses[outcome] ?? 0) + 1;
    const whose = `${vendor} ${account ?? '(nobody)'}`;
    this.accounts.set(whose, (this.accounts.get(whose) ?? 0) + 1);
  }

  read(): { routes: Record<string, RouteCount>; accounts: Record<string, number> } {
    return { routes: Object.fromEntries(this.routes), accounts: Object.fromEntries(this.accounts) };
  }

  clear(): void {
    this.routes.clear();
    this.accounts.clear();
  }
}
