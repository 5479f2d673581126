import type { RequestedPackage } from '@lever-certn/events/check-requested';
import { foldTag, isStatusTag, type RequestProblem } from '@lever-certn/events/check-statuses.rules';
import type { TeamPackage } from '@lever-certn/events/team-settings';

/** The packages a team has, and which one is meant when nobody names another. */
export interface PackageShelf {
  packages: readonly TeamPackage[];
  defaultPackageId?: string;
}

/** Which package to order, or what stands against choosing one. */
export type PackageChoice =
  { problem?: undefined; package: RequestedPackage } | { problem: Exclude<RequestProblem, 'no-email'>; package?: undefined };

/**
 * Chooses by the opportunity's tags (trimmed, NFC, any case; our own status tags do not count). A package picked by a person, `pickedId`,
 * stands above the tags.
 */
export function choosePackage(tags: readonly string[], shelf: PackageShelf, pickedId?: string): PackageChoice {
  if (pickedId !== undefined) return offer(shelf.packages.find((candidate) => candidate.packageId === pickedId));
  const wanted = new Set(tags.filter((tag) => !isStatusTag(tag)).map(foldTag));
  const named = shelf.packages.filter((candidate) => wanted.has(foldTag(candidate.name)));
  if (named.length > 1) return { problem: 'several-packages' };
  return offer(named[0] ?? shelf.packages.find((candidate) => candidate.packageId === shelf.defaultPackageId));
}

function offer(found: TeamPackage | undefined): PackageChoice {
  if (!found) return { problem: 'no-package' };
  if (!found.active) return { problem: 'package-inactive' };
  const { packageId, name, services, certnPackageId } = found;
  return { package: { packageId, name, ...(services ? { services } : {}), ...(certnPackageId ? { certnPackageId } : {}) } };
}
