import { mergedChange, NO_CHANGE, type TeamChange } from './changes.rules';
import { MAX_READ, type ChangesStore, type ReadChanges, type StoredChange } from './changes.store';

/** What a follower is told. */
export type News =
  | { kind: 'changed'; id: number; change: TeamChange }
  /** More may have changed than can be told: read everything anew. */
  | { kind: 'reload'; id: number };

/** Who follows a team. */
export interface Follower {
  teamId: string;
  /** The last id that was heard before, by whoever comes again; `NaN` where it can't be read. */
  lastId?: number;
  /** Must not throw. */
  tell(news: News): void;
}

/** How the feed reads. */
export interface FeedOptions {
  /** How often the table is asked, while somebody follows. */
  pollMs: number;
  /** How late a write may commit after it took its id, and how far a new follower is told of the past. */
  overlapMs: number;
  /** Told of a reading that failed; the next one brings what it would have brought. */
  onFailure?: (error: unknown) => void;
}

export const FEED: FeedOptions = { pollMs: 500, overlapMs: 10_000 };

/** Changes that are remembered so as not to be told twice; beyond them everybody reads everything anew. */
const MAX_KEPT = 5000;

interface Following extends Follower {
  /** Has been told nothing yet. */
  isNew: boolean;
}

/**
 * Tells followers what changed, whichever copy of the console wrote it: while there are any, the table of changes is asked twice a second, for all of them at once. A
 * write that takes its id early and commits late is told when it commits, since every reading goes back over the last seconds and leaves out what it
 * knows. No clock but this process's own decides: what was the greatest id ten seconds ago is passed by all who write.
 */
export class ChangeFeed {
  private readonly following = new Set<Following>();
  /** Told changes above `passed`. */
  private readonly kept = new Map<number, StoredChange>();
  /** The greatest id at earlier readings, oldest first. */
  private marks: { id: number; atMs: number }[] = [];
  /** Everything up to here is over. `undefined`: not known yet. */
  private passed: number | undefined;
  private loop: Promise<void> | undefined;
  private wake: () => void = () => undefined;

  constructor(
    private readonly store: Pick<ChangesStore, 'before' | 'since'>,
    private readonly options: FeedOptions = FEED,
  ) {}

  /** Tells of changes from now on, and of those of the last seconds, until the answer is called. */
  follow(follower: Follower): () => void {
    const following: Following = Object.assign(follower, { isNew: true });
    this.following.add(following);
    this.loop ??= this.run();
    return () => {
      this.following.delete(following);
      if (this.following.size === 0) this.wake();
    };
  }

  /** Resolves when nothing is asked any more; there must be no followers. */
  async stopped(): Promise<void> {
    await this.loop;
  }

  private async run(): Promise<void> {
    this.passed = undefined;
    this.marks = [];
    this.kept.clear();
    while (this.following.size > 0) {
      let goOn = false;
      try {
        goOn = await this.read();
      } catch (error) {
        this.options.onFailure?.(error);
      }
      if (!goOn) await this.rest();
    }
    this.loop = undefined;
  }

  private rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.following.size > 0 ? this.options.pollMs : 0);
      this.wake = () => (clearTimeout(timer), resolve());
    });
  }

  /** One reading. True where there is more to read at once. */
  private async read(): Promise<boolean> {
    const { overlapMs } = this.options;
    this.passed ??= await this.store.before(Math.ceil(overlapMs / 1000));
    const teamIds = [...new Set([...this.following].map(({ teamId }) => teamId))];
    if (teamIds.length === 0) return false;
    const asked = [...this.following];
    const atMs = performance.now();
    const read = await this.store.since(this.passed, [...this.kept.keys()], teamIds);
    if (this.isBehind(read) || this.kept.size + read.changes.length > MAX_KEPT) this.startOver(read.newest ?? 0);
    else this.tell(asked, read.changes);
    const isMore = read.changes.length === MAX_READ;
    const until = isMore ? read.changes.at(-1)!.id : read.newest;
    if (until !== null) this.marks.push({ id: until, atMs });
    this.moveOn(atMs - overlapMs);
    return isMore;
  }

  /** A database that was set back to an earlier day gives ids a second time. */
  private isBehind({ newest }: ReadChanges): boolean {
    return newest !== null && newest < Math.max(this.passed ?? 0, this.marks.at(-1)?.id ?? 0);
  }

  private startOver(newest: number): void {
    this.passed = newest;
    this.marks = [];
    this.kept.clear();
    for (const follower of this.following) this.reload(follower, newest);
  }

  private tell(asked: readonly Following[], changes: readonly StoredChange[]): void {
    const fresh = byTeam(changes);
    for (const change of changes) this.kept.set(change.id, change);
    const recent = asked.some(({ isNew }) => isNew) ? byTeam([...this.kept.values()]) : fresh;
    for (const follower of asked) {
      if (!this.following.has(follower)) continue;
      const { isNew, lastId, teamId } = follower;
      if (isNew && lastId !== undefined && !(lastId >= this.passed!)) {
        this.reload(follower, Math.max(this.passed!, ...changes.map(({ id }) => id)));
        continue;
      }
      const news = (isNew ? recent : fresh).get(teamId);
      follower.isNew = false;
      if (news) follower.tell({ kind: 'changed', ...news });
    }
  }

  private reload(follower: Following, id: number): void {
    follower.isNew = false;
    follower.tell({ kind: 'reload', id });
  }

  /** What was the greatest id before `untilMs` is passed by everybody who writes, so it is asked for no more. */
  private moveOn(untilMs: number): void {
    while (this.marks[0] && this.marks[0].atMs <= untilMs) this.passed = Math.max(this.passed ?? 0, this.marks.shift()!.id);
    for (const id of this.kept.keys()) if (id <= this.passed!) this.kept.delete(id);
  }
}

function byTeam(changes: readonly StoredChange[]): Map<string, { id: number; change: TeamChange }> {
  const teams = new Map<string, { id: number; change: TeamChange }>();
  for (const { id, teamId, change } of changes) {
    const known = teams.get(teamId) ?? { id, change: NO_CHANGE };
    teams.set(teamId, { id: Math.max(known.id, id), change: mergedChange(known.change, change) });
  }
  return teams;
}
