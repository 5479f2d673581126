/** The stage a person names: by id, or by name. */
export interface StageWish {
  id?: string;
  name?: string;
}

/** The stage as it is kept, or why it can't be. */
export type StageChoice = { ok: true; id: string; name: string } | { ok: false; problem: 'stage-unknown' | 'stage-ambiguous' };

/** How names of stages and packages are compared: NFC, trimmed, any case. */
export function foldName(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}

/** Finds the wished stage among those of the account. Names may be given to several stages in Lever, so a name must fit exactly one. */
export function chooseStage(wish: StageWish, stages: readonly { id: string; name: string }[]): StageChoice {
  const found =
    wish.id !== undefined
      ? stages.filter(({ id }) => id === wish.id)
      : stages.filter(({ name }) => foldName(name) === foldName(wish.name ?? ''));
  const [first] = found;
  if (!first) return { ok: false, problem: 'stage-unknown' };
  return found.length === 1 ? { ok: true, id: first.id, name: first.name } : { ok: false, problem: 'stage-ambiguous' };
}

/** How the trigger stage of a team stands in Lever: `name` is what Lever calls it now. */
export interface StageFinding {
  id: string | null;
  name: string;
  state: 'found' | 'vanished' | 'unknown';
}

/** Looks for the saved trigger stage in the live list; without a list nothing is known. */
export function stageFinding(
  saved: StageWish & { name: string },
  stages: readonly { id: string; name: string }[] | undefined,
): StageFinding {
  const { id, name } = saved;
  if (!stages) return { id: id ?? null, name, state: 'unknown' };
  const choice = chooseStage(id === undefined ? { name } : { id }, stages);
  return choice.ok ? { id: choice.id, name: choice.name, state: 'found' } : { id: id ?? null, name, state: 'vanished' };
}
