import type { SealedSecret, TeamPackage, TeamSettings } from '@lever-certn/events/team-settings';
import type { FieldChange } from '../audit/field-changes.rules';
import type { TeamNotes, TeamRecord } from './team-record';

const MAX_CHANGES = 100;
const MAX_CHARACTERS = 300;

/** A field as it is compared, and as it is told: of a secret the two differ. */
type Told = Record<string, { is: unknown; says: string | null }>;

/** What a save changed of a team, old and new, without a secret. */
export function teamChanges(before: TeamRecord | undefined, after: TeamRecord): FieldChange[] {
  const [old, now] = [before ? toldOf(before) : {}, toldOf(after)];
  const fields = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return fields
    .filter((field) => JSON.stringify(old[field]?.is) !== JSON.stringify(now[field]?.is))
    .map((field) => ({ field, from: clipped(old[field]?.says), to: clipped(now[field]?.says) }))
    .slice(0, MAX_CHANGES);
}

function toldOf({ settings, notes }: TeamRecord): Told {
  const { lever, certn } = settings;
  const told: Told = {
    ...plain({ name: settings.name, tagProfile: settings.tagProfile, shareResults: settings.shareResults }),
    ...plain({ enabled: settings.enabled, activeSince: settings.activeSince, defaultPackage: nameOfDefault(settings) }),
    ...plain({ 'lever.triggerStage': lever?.triggerStage?.name, 'lever.performAs': lever?.performAs }),
    ...plain({ 'certn.region': certn?.region, 'certn.keyExpiresAt': certn?.keyExpiresAt }),
    'lever.apiKey': { is: lever?.apiKey, says: lever ? endingOf(notes.leverKey?.endsIn) : null },
    'lever.signatureTokens': secretsOf(lever?.signatureTokens, notes),
    'certn.apiKey': { is: certn?.apiKey, says: certn ? endingOf(notes.certnKey?.endsIn) : null },
    'certn.webhookSecrets': secretsOf(certn?.webhookSecrets, notes),
  };
  for (const pack of settings.packages) Object.assign(told, packageOf(pack));
  return told;
}

function plain(values: Record<string, string | boolean | undefined>): Told {
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => [field, { is: value, says: value === undefined ? null : String(value) }]),
  );
}

function packageOf({ packageId, name, active, services, certnPackageId }: TeamPackage): Told {
  const what = certnPackageId === undefined ? (services ?? []).map(serviceOf).join(', ') : `Certn package ${certnPackageId}`;
  const says = `${name}${active ? '' : ' (deactivated)'}: ${what}`;
  return { [`package.${packageId}`]: { is: says, says } };
}

function serviceOf({ type, arguments: given }: NonNullable<TeamPackage['services']>[number]): string {
  return given === undefined ? type : `${type} ${JSON.stringify(given)}`;
}

function nameOfDefault({ packages, defaultPackageId }: TeamSettings): string | undefined {
  return packages.find(({ packageId }) => packageId === defaultPackageId)?.name;
}

function secretsOf(secrets: readonly SealedSecret[] | undefined, { secrets: marks }: TeamNotes): Told[string] {
  const says = (secrets ?? []).map(({ id }) => endingOf(marks[id])).join(', ');
  return { is: (secrets ?? []).map(({ id }) => id), says: says || null };
}

function endingOf(endsIn: string | null | undefined): string {
  return endsIn ? `ends in ${endsIn}` : 'set';
}

function clipped(says: string | null | undefined): string | null {
  if (says === null || says === undefined) return null;
  return says.length > MAX_CHARACTERS ? `${says.slice(0, MAX_CHARACTERS)}…` : says;
}
