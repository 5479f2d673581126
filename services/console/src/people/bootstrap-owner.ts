import type { ConsoleConfig } from '../config';
import type { Passwords } from './passwords';
import type { PeopleStore } from './people.store';

/** Where it is said that an owner was made. */
export interface BootstrapLog {
  info(line: object, message?: string): void;
  warn(line: object, message?: string): void;
}

/**
 * Makes the first owner from the environment, if the installation has none. Several processes may do it at once: one address, one person. The password lay in
 * the environment, so another has to be chosen at the first sign-in, unless the configuration says that it stays.
 * Where nobody signs in with a password, groups make owners.
 */
export async function bootstrapOwner(
  config: ConsoleConfig,
  people: PeopleStore,
  passwords: Passwords,
  log: BootstrapLog,
): Promise<void> {
  if (!config.LOCAL_SIGN_IN || (await people.owners()) > 0) return;
  const { BOOTSTRAP_ADMIN_EMAIL: email, BOOTSTRAP_ADMIN_PASSWORD: password } = config;
  if (!email || !password) {
    log.warn({}, 'nobody can sign in yet: set BOOTSTRAP_ADMIN_EMAIL and BOOTSTRAP_ADMIN_PASSWORD and start again');
    return;
  }
  const passwordHash = await passwords.hash(password);
  const mustChangePassword = config.BOOTSTRAP_ADMIN_PASSWORD_CHANGE;
  const added = await people.add({ email, name: 'Owner', passwordHash, mustChangePassword, owner: true, roles: new Map() });
  const existing = added ? undefined : await people.byEmail(email);
  if (existing) {
    await people.change(existing.id, { owner: true, passwordHash, mustChangePassword });
    await people.enable(existing.id);
  }
  log.info({}, 'the first owner was made from BOOTSTRAP_ADMIN_EMAIL');
}
