import type { PermissionAnswer, PermissionState } from './answers';

/** What the services saw of a kind of write with this key, last: it worked, it was forbidden, or nothing yet. */
export type WriteSeen = 'works' | 'forbidden' | 'unseen';

/** How the vendor took a try that can change nothing, since what it names does not exist. */
export type WriteTried = 'forbidden' | 'perform-as' | 'not-refused' | 'unknown';

/** Reads that were tried, with the kind of their failure. */
export interface LeverReads {
  stages: string | null;
  opportunities: string | null;
}

/** A write as far as it is known. */
export interface WriteKnown {
  seen: WriteSeen;
  tried: WriteTried;
}

const NEW_KEY =
  "A key's permissions can't be changed later: make a new key in Settings → Integrations and API → API credentials with";
const PERFORM_AS = 'Lever wants to know on whose behalf this is done: save the id of a Lever user as Perform as.';
const PROVEN_LATER = 'Proven with the first candidate.';

/**
 * Per permission the Lever key needs: whether it works, and what to do. A write is proven by what was seen of real candidates; before that only a refusal is
 * certain, since nothing is changed to find out.
 */
export function leverPermissions(reads: LeverReads, writes: { tags: WriteKnown; links: WriteKnown }): PermissionAnswer[] {
  const reading = (name: string, failure: string | null): PermissionAnswer =>
    permission(name, stateOfRead(failure), `${NEW_KEY} “${name}”, and save it.`, NOT_REACHED.lever);
  return [
    reading('Read stages', reads.stages),
    reading('Read opportunity info', reads.opportunities),
    writing('Write opportunity tags', 'Read and write opportunity tags', writes.tags),
    writing('Write opportunity links', 'Write opportunity links', writes.links),
  ];
}

/** Per thing the Certn key must allow. Ordering can't be tried without ordering. */
export function certnPermissions(reads: { cases: string | null }, orders: WriteSeen): PermissionAnswer[] {
  const ask = (what: string): string => `Ask Certn's support to let this key ${what}, or make a new key.`;
  return [
    permission('Read cases', stateOfRead(reads.cases), ask('read cases'), NOT_REACHED.certn),
    permission('Order checks', stateOfWrite({ seen: orders, tried: 'unknown' }), ask('order checks'), PROVEN_LATER),
  ];
}

const NOT_REACHED = {
  lever: 'Lever could not be reached: test again in a minute.',
  certn: 'Certn could not be reached: test again in a minute.',
};

function writing(name: string, grant: string, known: WriteKnown): PermissionAnswer {
  const cure = known.tried === 'perform-as' ? PERFORM_AS : `${NEW_KEY} “${grant}”, and save it.`;
  return permission(
    name,
    stateOfWrite(known),
    cure,
    known.tried === 'not-refused' ? `Not refused. ${PROVEN_LATER}` : PROVEN_LATER,
  );
}

function permission(name: string, state: PermissionState, cure: string, later: string): PermissionAnswer {
  return { permission: name, state, cure: state === 'missing' ? cure : state === 'unknown' ? later : null };
}

function stateOfRead(failure: string | null): PermissionState {
  if (failure === null) return 'works';
  return failure === 'forbidden' || failure === 'unauthorized' ? 'missing' : 'unknown';
}

function stateOfWrite({ seen, tried }: WriteKnown): PermissionState {
  if (seen === 'works') return 'works';
  return tried === 'forbidden' || tried === 'perform-as' || seen === 'forbidden' ? 'missing' : 'unknown';
}
