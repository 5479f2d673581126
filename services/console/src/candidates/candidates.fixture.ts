import type { ActivityLine } from '@lever-certn/events/activity';
import { APPLICANT_FIELD, type CheckRequested } from '@lever-certn/events/check-requested';
import type { CheckStatusUpdated } from '@lever-certn/events/check-status-updated';
import { SPEC_KEYRING, SpecConsole, type SpecCaller } from '../console.fixture';
import { ApplicantIndex } from './applicant-index';
import { factsOfActivity, factsOfRequest, factsOfStatus } from './facts.rules';

/* What specs of candidates share: a console, a team of its own for every test, and what the topics tell of its candidates. */

export let console: SpecConsole;
export let owner: SpecCaller;
export let teamId: string;
/** The path of the team in the API. */
export let team: string;

/** Opens the console for a spec file, and a new team before each test. */
export function openCandidates(): void {
  beforeAll(async () => {
    console = await SpecConsole.open();
    owner = await console.signIn();
  });
  afterAll(() => console.close());
  beforeEach(async () => {
    teamId = (await owner.post('/api/teams', { name: 'Team' })).body.id as string;
    team = `/api/teams/${teamId}`;
  });
}

/** A minute of the day these specs speak of. */
export const minute = (n: number): string => `2026-05-01T10:${String(n).padStart(2, '0')}:00.000Z`;

/** A check was requested for an opportunity, `n` minutes into the day; answers its id. */
export async function requested(
  opportunityId: string,
  n: number,
  name: string,
  email: string | null,
  over: Partial<CheckRequested> = {},
): Promise<string> {
  const checkId = `${teamId}-${opportunityId}`;
  const applicant = SPEC_KEYRING.seal(
    JSON.stringify({ name, email, leverUrl: `https://hire.lever.co/candidates/${opportunityId}` }),
    { teamId, recordId: checkId, field: APPLICANT_FIELD },
  );
  const event: CheckRequested = {
    teamId,
    opportunityId,
    checkId,
    transitionAt: minute(n),
    wanted: true,
    decidedAt: minute(n),
    settingsVersion: 1,
    package: { packageId: 'p', name: 'Packages A' },
    applicant,
    ...over,
  };
  await console.readModel.record(
    console.app.get(ApplicantIndex).indexed(factsOfRequest(event, `request ${checkId} ${event.decidedAt}`)),
  );
  return checkId;
}

/** The dispatcher told of the status of its check. */
export async function told(opportunityId: string, n: number, over: Partial<CheckStatusUpdated> = {}): Promise<void> {
  await console.readModel.record(
    factsOfStatus({
      teamId,
      opportunityId,
      checkId: `${teamId}-${opportunityId}`,
      transitionAt: minute(n),
      version: 1,
      status: 'pending',
      servicesTotal: 2,
      servicesDone: 0,
      reportReady: false,
      packageName: 'Packages A',
      occurredAt: minute(n + 1),
      ...over,
    }),
  );
}

/** A line of the timeline. */
export async function line(over: Partial<ActivityLine>): Promise<void> {
  const whole = {
    id: `${teamId} ${Object.values(over).join(' ')}`.slice(0, 100),
    at: minute(1),
    kind: 'attempt',
    outcome: 'waiting',
    ...over,
  };
  await console.readModel.record(factsOfActivity({ teamId, source: 'writeback', lines: [whole as ActivityLine] }));
}

/** The opportunities of a list, in its order. */
export const ids = (answer: { body: { items: { opportunityId: string }[] } }): string[] =>
  answer.body.items.map(({ opportunityId }) => opportunityId);

/** The integration of the team is enabled, whatever is missing. */
export async function enabled(): Promise<void> {
  await console.database.run(`UPDATE teams SET settings = JSON_SET(settings, '$.enabled', true) WHERE id = ?`, [teamId]);
}
