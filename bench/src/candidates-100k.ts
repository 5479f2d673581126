import { randomUUID } from 'node:crypto';
import { ApplicantIndex } from '../../services/console/src/candidates/applicant-index';
import {
  factsOfActivity,
  factsOfRequest,
  factsOfStatus,
  noFacts,
  type Facts,
} from '../../services/console/src/candidates/facts.rules';
import { mergedCandidates, mergedChecks } from '../../services/console/src/candidates/merging.rules';
import { candidatesSql, checksSql, deliveriesSql, timelineSql } from '../../services/console/src/candidates/read-model-sql';
import { APPLICANT_FIELD } from '@lever-certn/events/check-requested';
import type { CheckReason, CheckStatus } from '@lever-certn/events/check-statuses.rules';
import type { Database } from '@lever-certn/database/database';
import type { IndexKey } from '@lever-certn/sealing/index-key';
import type { Keyring } from '@lever-certn/sealing/keyring';

/** Where the candidates of a seeded team lie, and with which keys. */
export interface SeedGround {
  database: Database;
  keyring: Keyring;
  indexKey: IndexKey;
  teamId: string;
}

/** Candidates by whose traits a seeded team is asked. */
export const SEEDED = {
  /** One in a thousand has this package. */
  rarePackage: 'Packages Z',
  frequentPackage: 'Packages A',
  rareReason: 'rejected',
  frequentReason: 'invite-expired',
  /** The given names and family names that names are made of, in turn. */
  givenName: 'Ada42',
  familyName: 'Example242',
} as const;

const GIVEN_NAMES = 200;
const FAMILY_NAMES = 1000;
const AT_ONCE = 1000;
const MINUTE_MS = 60_000;
/** Candidates came evenly over a year. */
const SPAN_MS = 365 * 86_400_000;

/** Seeds candidates as the services would tell of them, in bulk: each with webhook, decision, statuses, tag and a sealed name. */
export async function seedCandidates(ground: SeedGround, count: number, nowMs: number): Promise<{ opportunityIds: string[] }> {
  const opportunityIds: string[] = [];
  for (let from = 0; from < count; from += AT_ONCE) {
    const facts = noFacts();
    for (let index = from; index < Math.min(from + AT_ONCE, count); index += 1) {
      const opportunityId = randomUUID();
      opportunityIds.push(opportunityId);
      const movedMs = nowMs - SPAN_MS + Math.floor((SPAN_MS * index) / count);
      for (const more of storyOf(ground, { index, opportunityId, movedMs })) add(facts, more);
    }
    await write(ground, facts);
  }
  return { opportunityIds };
}

interface Seed {
  index: number;
  opportunityId: string;
  movedMs: number;
}

/** What is told of one candidate, from the webhook to the tag. */
function storyOf({ keyring, teamId }: SeedGround, { index, opportunityId, movedMs }: Seed): Facts[] {
  const at = (minutes: number): string => new Date(movedMs + minutes * MINUTE_MS).toISOString();
  const checkId = randomUUID();
  const check = { teamId, opportunityId, checkId, transitionAt: at(0) };
  const name = `Ada${index % GIVEN_NAMES} Example${index % FAMILY_NAMES}`;
  const applicant = keyring.seal(
    JSON.stringify({
      name,
      email: `applicant-${index}@example.com`,
      leverUrl: `https://hire.lever.co/candidates/${opportunityId}`,
    }),
    { teamId, recordId: checkId, field: APPLICANT_FIELD },
  );
  const packageName = index % 1000 === 0 ? SEEDED.rarePackage : `Packages ${'ABCD'[index % 4]!}`;
  const webhook = { id: randomUUID(), at: at(0), kind: 'delivery', outcome: 'accepted', vendor: 'lever', opportunityId } as const;
  const { statuses, reason } = endOf(index);
  return [
    factsOfActivity({ teamId, source: 'ingress', lines: [webhook] }),
    factsOfRequest(
      { ...check, wanted: true, decidedAt: at(0), settingsVersion: 1, package: { packageId: 'p', name: packageName }, applicant },
      randomUUID(),
    ),
    ...statuses.map((status, step) =>
      factsOfStatus({
        ...check,
        version: step + 1,
        status,
        packageName,
        servicesTotal: 2,
        servicesDone: status === 'complete' ? 2 : status === 'partial' ? 1 : 0,
        reportReady: status === 'complete' || status === 'partial',
        caseId: `case-${index}`,
        ...(reason && step === statuses.length - 1 ? { reason } : {}),
        occurredAt: at(1 + step * (index % 97)),
      }),
    ),
    factsOfActivity({
      teamId,
      source: 'writeback',
      lines: [
        {
          id: randomUUID(),
          at: at(2),
          kind: 'done',
          outcome: 'ok',
          step: 'tag',
          opportunityId,
          checkId,
          detail: 'CERTN - Pending',
        },
      ],
    }),
  ];
}

/** How the checks of a hundred candidates ended, as those of a real team would: nearly all complete, few open, few in error. */
function endOf(index: number): { statuses: CheckStatus[]; reason?: CheckReason } {
  if (index % 1000 === 1) return { statuses: ['error'], reason: SEEDED.rareReason };
  const part = index % 100;
  if (part < 80) return { statuses: ['pending', 'analyzing', 'partial', 'complete'] };
  if (part < 85) return { statuses: ['pending'] };
  if (part < 88) return { statuses: ['pending', 'analyzing'] };
  if (part < 90) return { statuses: ['pending', 'analyzing', 'partial'] };
  if (part < 95) return { statuses: ['pending', 'error'], reason: SEEDED.frequentReason };
  return part < 98 ? { statuses: ['pending', 'cancelled'] } : { statuses: [] };
}

function add(facts: Facts, more: Facts): void {
  facts.candidates.push(...more.candidates);
  facts.checks.push(...more.checks);
  facts.timeline.push(...more.timeline);
  facts.deliveries.push(...more.deliveries);
}

async function write({ database, keyring, indexKey }: SeedGround, facts: Facts): Promise<void> {
  new ApplicantIndex(keyring, indexKey).indexed(facts);
  const statements = [
    candidatesSql(mergedCandidates(facts.candidates)),
    checksSql(mergedChecks(facts.checks)),
    timelineSql(facts.timeline),
    deliveriesSql(facts.deliveries),
  ];
  await database.script(
    statements.map(({ sql }) => sql).join(';'),
    statements.flatMap(({ values }) => values),
  );
}
