import { isStatusTag } from '@lever-certn/events/check-statuses.rules';
import type { TeamPackage, TeamSettings } from '@lever-certn/events/team-settings';
import { foldName } from './stage-choice.rules';

/** Why packages can't become so. */
export type PackageRefusal = 'absent' | 'name-taken' | 'status-tag' | 'is-default' | 'too-many' | 'inactive';

/** The settings after a change, or why it is refused. */
export type PackagesAfter = { ok: true; settings: TeamSettings } | { ok: false; refusal: PackageRefusal };

/** What is set of a package; what is left out stays. */
export type PackageChanges = Partial<Pick<TeamPackage, 'name' | 'services' | 'certnPackageId' | 'active'>>;

/** Adds a package. Names differ as Lever's tags are compared, since a tag names a package. */
export function withPackage(settings: TeamSettings, added: TeamPackage, max: number): PackagesAfter {
  if (settings.packages.length >= max) return { ok: false, refusal: 'too-many' };
  return refusalOfName(settings, added) ?? { ok: true, settings: { ...settings, packages: [...settings.packages, added] } };
}

/** Changes a package. Services and a Certn package take each other's place. The default one stays active, since it is ordered where no tag says otherwise. */
export function withPackageChanged(settings: TeamSettings, packageId: string, changes: PackageChanges): PackagesAfter {
  const before = settings.packages.find((candidate) => candidate.packageId === packageId);
  if (!before) return { ok: false, refusal: 'absent' };
  if (changes.active === false && settings.defaultPackageId === packageId) return { ok: false, refusal: 'is-default' };
  const { services, certnPackageId, ...rest } = before;
  const what =
    changes.services !== undefined
      ? { services: changes.services }
      : changes.certnPackageId !== undefined
        ? { certnPackageId: changes.certnPackageId }
        : { ...(services ? { services } : {}), ...(certnPackageId ? { certnPackageId } : {}) };
  const after: TeamPackage = { ...rest, name: changes.name ?? before.name, active: changes.active ?? before.active, ...what };
  const packages = settings.packages.map((candidate) => (candidate.packageId === packageId ? after : candidate));
  return refusalOfName(settings, after) ?? { ok: true, settings: { ...settings, packages } };
}

/** Takes a package away, unless it is the default one. */
export function withoutPackage(settings: TeamSettings, packageId: string): PackagesAfter {
  if (!settings.packages.some((candidate) => candidate.packageId === packageId)) return { ok: false, refusal: 'absent' };
  if (settings.defaultPackageId === packageId) return { ok: false, refusal: 'is-default' };
  const packages = settings.packages.filter((candidate) => candidate.packageId !== packageId);
  return { ok: true, settings: { ...settings, packages } };
}

/** Makes an active package the default one. */
export function withDefault(settings: TeamSettings, packageId: string): PackagesAfter {
  const chosen = settings.packages.find((candidate) => candidate.packageId === packageId);
  if (!chosen) return { ok: false, refusal: 'absent' };
  if (!chosen.active) return { ok: false, refusal: 'inactive' };
  return { ok: true, settings: { ...settings, defaultPackageId: packageId } };
}

function refusalOfName(settings: TeamSettings, wanted: TeamPackage): PackagesAfter | undefined {
  if (isStatusTag(wanted.name)) return { ok: false, refusal: 'status-tag' };
  const others = settings.packages.filter(({ packageId }) => packageId !== wanted.packageId);
  const taken = others.some(({ name }) => foldName(name) === foldName(wanted.name));
  return taken ? { ok: false, refusal: 'name-taken' } : undefined;
}
