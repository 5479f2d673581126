import type { SealedSecret } from '@lever-certn/events/team-settings';
import type { CertnAnswer, ConnectionTestAnswer, LeverAnswer, PackageAnswer, SecretAnswer, TeamAnswer } from './answers';
import { connectionCure } from './connection-cures.rules';
import type { KeptTest } from './connection-tests.store';
import type { Connection } from './connections.store';
import { missingParts, warningsOf } from './team-parts.rules';
import type { TeamNotes, TeamRecord } from './team-record';

/** A team as the API shows it: no secret, and what is to be done said with it. */
export function teamAnswer(
  record: TeamRecord,
  seen: { connections: readonly Connection[]; tests: readonly KeptTest[] },
  ingressUrl: string,
  nowMs: number,
): TeamAnswer {
  const { settings } = record;
  const { connections } = seen;
  const tests = currentTests(record, seen.tests);
  const own = connections.filter(({ teamId }) => teamId === settings.teamId);
  const broken = own.filter(({ state }) => state === 'broken').map(({ vendor }) => vendor);
  const url = (vendor: string): string => `${ingressUrl.replace(/\/+$/, '')}/webhooks/${vendor}/${settings.integrationId}`;
  return {
    id: settings.teamId,
    name: settings.name,
    version: settings.version,
    tagProfile: settings.tagProfile,
    shareResults: settings.shareResults,
    enabled: settings.enabled,
    activeSince: settings.activeSince ?? null,
    defaultPackageId: settings.defaultPackageId ?? null,
    missing: missingParts(settings),
    warnings: warningsOf(settings, { broken, stageVanished: tests.lever?.triggerStage?.state === 'vanished' }, nowMs),
    lever: { ...leverAnswer(record, own, url('lever')), lastTest: tests.lever },
    certn: { ...certnAnswer(record, own, url('certn')), lastTest: tests.certn },
    savedAt: settings.savedAt,
  };
}

/** The last tests of a team as far as they still speak of the keys and the trigger stage that are saved now. */
export function currentTests(
  { settings: { teamId, lever, certn } }: TeamRecord,
  tests: readonly KeptTest[],
): { lever: ConnectionTestAnswer | null; certn: ConnectionTestAnswer | null } {
  const of = (vendor: 'lever' | 'certn', account: string | undefined): ConnectionTestAnswer | null =>
    tests.find((test) => test.teamId === teamId && test.vendor === vendor && test.account === account)?.result ?? null;
  const ofLever = of('lever', lever?.account);
  const saved = lever?.triggerStage;
  const isOfStage = saved !== undefined && (ofLever?.triggerStage?.id === saved.id || ofLever?.triggerStage?.name === saved.name);
  return {
    lever: ofLever && { ...ofLever, triggerStage: isOfStage ? ofLever.triggerStage : null },
    certn: of('certn', certn?.account),
  };
}

function leverAnswer(
  { settings: { lever }, notes }: TeamRecord,
  connections: readonly Connection[],
  webhookUrl: string,
): Omit<LeverAnswer, 'lastTest'> {
  return {
    ...stateOf('lever', lever !== undefined, connections),
    account: lever?.account ?? null,
    apiKey: notes.leverKey ?? null,
    signatureTokens: secretsOf(lever?.signatureTokens, notes),
    triggerStage: lever?.triggerStage ? { id: lever.triggerStage.id ?? null, name: lever.triggerStage.name } : null,
    performAs: lever?.performAs ?? null,
    webhookUrl,
  };
}

function certnAnswer(
  { settings: { certn }, notes }: TeamRecord,
  connections: readonly Connection[],
  webhookUrl: string,
): Omit<CertnAnswer, 'lastTest'> {
  return {
    ...stateOf('certn', certn !== undefined, connections),
    account: certn?.account ?? null,
    apiKey: notes.certnKey ?? null,
    region: certn?.region ?? null,
    webhookSecrets: secretsOf(certn?.webhookSecrets, notes),
    keyExpiresAt: certn?.keyExpiresAt ?? null,
    webhookUrl,
  };
}

function stateOf(
  vendor: 'lever' | 'certn',
  isSet: boolean,
  connections: readonly Connection[],
): Pick<LeverAnswer, 'state' | 'reason' | 'cure' | 'checkedAt'> {
  if (!isSet) return { state: 'unknown', reason: 'not-set-up', cure: 'Save an API key.', checkedAt: null };
  const known = connections.find((connection) => connection.vendor === vendor);
  const state = known?.state ?? 'unknown';
  const reason = known?.reason ?? null;
  return { state, reason, cure: connectionCure(vendor, state, reason), checkedAt: known?.checkedAt ?? null };
}

function secretsOf(secrets: readonly SealedSecret[] | undefined, notes: TeamNotes): SecretAnswer[] {
  return (secrets ?? []).map(({ id, setAt }) => ({ id, setAt, endsIn: notes.secrets[id] ?? null }));
}

/** The packages of a team as the API shows them. */
export function packageAnswers({ settings }: TeamRecord): PackageAnswer[] {
  return settings.packages.map(({ packageId, name, services, certnPackageId, active }) => ({
    id: packageId,
    name,
    ...(services ? { services } : {}),
    ...(certnPackageId ? { certnPackageId } : {}),
    active,
    isDefault: packageId === settings.defaultPackageId,
  }));
}
