import { Problem } from '../http/problem';
import { faultOfPassword, type PasswordOwner } from './new-password.rules';

/** @throws Problem `invalid` for a password that is too easy to guess for whoever knows the person */
export function requireGoodPassword(password: string, owner: PasswordOwner): void {
  const fault = faultOfPassword(password, owner);
  if (fault === undefined) return;
  throw new Problem('invalid', {
    detail: `The new password ${fault}.`,
    cure: 'Choose a longer sentence or some words that do not belong together.',
    more: { errors: [{ field: 'password', message: fault }] },
  });
}
