import { randomUUID } from 'node:crypto';
import { SECRET_FIELD, type SealedSecret } from '@lever-certn/events/team-settings';
import type { Keyring } from '@lever-certn/sealing/keyring';
import { Problem } from '../http/problem';
import { markOf, type TeamNotes } from './team-record';

/** One of several secrets, as a person sends it: a new value, or the id of one that is kept. */
export interface SecretWish {
  id?: string;
  value?: string;
}

/** A list of secrets after a change, and what may be shown of the new ones. */
export interface SecretsAfter {
  secrets: SealedSecret[];
  marks: TeamNotes['secrets'];
}

/** Keeps what is named by id, seals what is new, drops the rest. @throws Problem `invalid` for an id that is not there */
export function secretsAfter(
  wishes: readonly SecretWish[],
  before: readonly SealedSecret[],
  where: { teamId: string; keyring: Keyring; field: string; now: string },
): SecretsAfter {
  const marks: TeamNotes['secrets'] = {};
  const secrets = wishes.map(({ id, value }) => {
    if (value === undefined) return kept(id, before, where.field);
    const sealed: SealedSecret = { id: randomUUID(), value: '', setAt: where.now };
    sealed.value = where.keyring.seal(value, { teamId: where.teamId, recordId: sealed.id, field: SECRET_FIELD });
    marks[sealed.id] = markOf(value, where.now).endsIn;
    return sealed;
  });
  return { secrets: [...new Map(secrets.map((secret) => [secret.id, secret])).values()], marks };
}

function kept(id: string | undefined, before: readonly SealedSecret[], field: string): SealedSecret {
  const secret = before.find((candidate) => candidate.id === id);
  if (secret) return secret;
  throw new Problem('invalid', {
    detail: 'An id names a secret that is not saved.',
    cure: 'Take the ids that GET of the team answers, or send the secret as `value`.',
    more: { errors: [{ field, message: 'no secret with this id' }] },
  });
}
