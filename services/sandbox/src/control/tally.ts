import type { CertnAccount } from '../certn/certn-account';
import type { LeverAccount, Opportunity } from '../lever/lever-account';

const MAX_WRONG = 20;
const STATUS_TAG = 'CERTN - ';

/** What became of the opportunities of an account, counted: how many have no, one, two … orders, status tags and links. */
export interface Tally {
  opportunities: number;
  orders: Record<string, number>;
  statusTags: Record<string, number>;
  links: Record<string, number>;
  /** Which tags, and how often. */
  tags: Record<string, number>;
  /** Exactly one order and exactly one status tag. */
  exact: number;
  /** The first few that are not so. */
  wrong: { id: string; orders: number; statusTags: number; links: number }[];
  /** When each was last moved and when its first status tag after that came, epoch milliseconds; `null` where none did. */
  times?: [id: string, movedAtMs: number, taggedAtMs: number | null][];
}

/** Counts the opportunities that ever entered a stage (all, unless one is named). One pass, no matter how many. */
export function tally(
  lever: LeverAccount,
  certn: CertnAccount | undefined,
  stageId: string | undefined,
  withTimes: boolean,
): Tally {
  const result: Tally = { opportunities: 0, orders: {}, statusTags: {}, links: {}, tags: {}, exact: 0, wrong: [] };
  const times: Tally['times'] = [];
  for (const one of lever.opportunities.values()) {
    if (stageId !== undefined && !entered(one, stageId)) continue;
    result.opportunities += 1;
    const orders = ordersOf(one, certn);
    const tags = one.tags.filter((tag) => tag.startsWith(STATUS_TAG));
    const links = one.contact.links.length;
    bump(result.orders, orders);
    bump(result.statusTags, tags.length);
    bump(result.links, links);
    for (const tag of tags) bump(result.tags, tag);
    if (orders === 1 && tags.length === 1) result.exact += 1;
    else if (result.wrong.length < MAX_WRONG) result.wrong.push({ id: one.id, orders, statusTags: tags.length, links });
    if (withTimes) times.push([one.id, one.lastAdvancedAt, one.taggedAtMs]);
  }
  return withTimes ? { ...result, times } : result;
}

function entered(one: Opportunity, stageId: string): boolean {
  return one.stageId === stageId || (one.stageChanges ?? []).some(({ toStageId }) => toStageId === stageId);
}

/** Orders for any address of the person: an opportunity is not known to Certn. */
export function ordersOf(one: Opportunity, certn: CertnAccount | undefined): number {
  return one.contact.emails.reduce((sum, email) => sum + (certn?.byEmail.get(email.toLowerCase())?.length ?? 0), 0);
}

function bump(counts: Record<string, number>, what: string | number): void {
  counts[what] = (counts[what] ?? 0) + 1;
}
