import type { PermissionAnswer, PermissionState } from './answers';

/** What the services saw of a kind of write, last: it worked, it was forbidden, or nothing yet. */
export type WriteSeen = 'works' | 'forbidden' | 'unseen';

/** Reads that were tried, with the kind of their failure. */
export interface LeverReads {
  stages: string | null;
  opportunities: string | null;
}

const NEW_KEY =
  "A key's permissions can't be changed later: make a new key in Settings → Integrations and API → API credentials with";

/** Per permission the Lever key needs: whether it works, and what to do. Writes can't be tried without changing something, so their state is what was seen. */
export function leverPermissions(reads: LeverReads, writes: { tags: WriteSeen; links: WriteSeen }): PermissionAnswer[] {
  return [
    permission('Read stages', stateOfRead(reads.stages), `${NEW_KEY} “Read stages”, and save it.`),
    permission('Read opportunity info', stateOfRead(reads.opportunities), `${NEW_KEY} “Read opportunity info”, and save it.`),
    permission('Write opportunity tags', stateOfWrite(writes.tags), `${NEW_KEY} “Read and write opportunity tags”, and save it.`),
    permission('Write opportunity links', stateOfWrite(writes.links), `${NEW_KEY} “Write opportunity links”, and save it.`),
  ];
}

/** Per thing the Certn key must allow. */
export function certnPermissions(reads: { cases: string | null }, orders: WriteSeen): PermissionAnswer[] {
  return [
    permission('Read cases', stateOfRead(reads.cases), "Ask Certn's support to let this key read cases, or make a new key."),
    permission('Order checks', stateOfWrite(orders), "Ask Certn's support to let this key order checks, or make a new key."),
  ];
}

function permission(name: string, state: PermissionState, cure: string): PermissionAnswer {
  return {
    permission: name,
    state,
    cure: state === 'missing' ? cure : state === 'unknown' ? 'Seen with the first candidate.' : null,
  };
}

function stateOfRead(failure: string | null): PermissionState {
  if (failure === null) return 'works';
  return failure === 'forbidden' || failure === 'unauthorized' ? 'missing' : 'unknown';
}

function stateOfWrite(seen: WriteSeen): PermissionState {
  return seen === 'works' ? 'works' : seen === 'forbidden' ? 'missing' : 'unknown';
}
