import type { ActivityLine } from '@lever-certn/events/activity';
import type { CheckRequested } from '@lever-certn/events/check-requested';
import type { CheckStatusUpdated } from '@lever-certn/events/check-status-updated';
import { activityLine, checkRequestedLine, checkStatusLine, stageChangedLine } from './happening-lines.rules';

const ID = '2087af84-0000-4000-8000-000000000000';
const at = '2026-01-02T03:04:05.000Z';

describe('a line per thing that happens', () => {
  it('tells of a move', () => {
    const moved = { teamId: 't', opportunityId: ID, toStageId: 's', triggeredAt: at, receivedAt: at };
    expect(stageChangedLine(moved)).toBe('2087af84  moved in Lever; looking at it');
  });

  it.each<[Partial<CheckRequested>, string]>([
    [{ wanted: true, package: { packageId: 'p', name: 'Standard' } }, '2087af84  a check is owed: package "Standard"'],
    [
      { wanted: true, problem: 'several-packages' },
      '2087af84  a check is owed, but there is something in its way: several packages',
    ],
    [{ wanted: false, reason: 'left-stage' }, '2087af84  no check is wanted any more: left stage'],
  ])('tells of a request %#', (event, line) => {
    expect(checkRequestedLine({ opportunityId: ID, ...event } as CheckRequested)).toBe(line);
  });

  it.each<[Partial<CheckStatusUpdated>, string]>([
    [{ status: 'pending', servicesTotal: 0, servicesDone: 0 }, '2087af84  check is pending'],
    [{ status: 'partial', servicesTotal: 3, servicesDone: 1 }, '2087af84  check is partial, 1 of 3 services done'],
    [{ status: 'error', reason: 'no-email', servicesTotal: 0, servicesDone: 0 }, '2087af84  check is error: no email'],
  ])('tells of a status %#', (event, line) => {
    expect(checkStatusLine({ opportunityId: ID, ...event } as CheckStatusUpdated)).toBe(line);
  });

  it.each<[Partial<ActivityLine>, string | undefined]>([
    [{ kind: 'delivery', outcome: 'accepted', opportunityId: ID }, undefined],
    [{ kind: 'delivery', outcome: 'bad-signature', count: 3 }, 'team      webhook bad signature (3 times)'],
    [
      { kind: 'decision', outcome: 'skipped', reason: 'already-open', opportunityId: ID },
      '2087af84  no check, skipped: already open',
    ],
    [
      { kind: 'attempt', outcome: 'failed', step: 'tag', reason: 'rate-limited', nextTryAt: at, opportunityId: ID },
      '2087af84  tag failed: rate limited; next try at 03:04:05 UTC',
    ],
    [
      { kind: 'done', outcome: 'done', step: 'order', opportunityId: ID },
      '2087af84  ordered at Certn, which invites the applicant',
    ],
    [
      { kind: 'done', outcome: 'done', step: 'tag', detail: 'CERTN - Pending', opportunityId: ID },
      '2087af84  tag in Lever: CERTN - Pending',
    ],
    [{ kind: 'done', outcome: 'done', step: 'link', opportunityId: ID }, '2087af84  link to the report is in Lever'],
    [{ kind: 'done', outcome: 'done', step: 'read', opportunityId: ID }, undefined],
    [
      { kind: 'connection', outcome: 'broken', vendor: 'lever', reason: 'unauthorized' },
      'team      connection to Lever is broken: unauthorized',
    ],
    [
      { kind: 'problem', outcome: 'raised', reason: 'case-not-visible', opportunityId: ID },
      '2087af84  problem raised: case not visible',
    ],
    [{ kind: 'sweep', outcome: 'done' }, 'team      sweep done'],
  ])('tells of activity %#', (happened, line) => {
    const lines = [{ id: 'i', at, ...happened } as ActivityLine];
    expect(activityLine({ teamId: 't', source: 's', lines }, lines[0]!)).toBe(line);
  });
});
