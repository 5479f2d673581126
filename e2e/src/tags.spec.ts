import { eventually } from './eventually';
import { StatusTopic } from './status-topic';
import { Outside } from './system';
import { CRIMINAL, IDENTITY, STAGE, Team } from './team';

/** From the move to the last tag, in the words a recruiter reads in Lever. */
describe('the status tag in Lever', () => {
  let outside: Outside;
  let classic: Team;
  let topic: StatusTopic;

  beforeAll(async () => {
    outside = await Outside.shared();
    classic = await Team.create(outside);
    topic = await StatusTopic.follow(outside.description);
  });
  afterAll(() => topic.stop());

  it('goes through the five classic words, each at its moment, and the link comes with the first result', async () => {
    const candidate = await classic.candidate({ tags: ['Warehouse'] });
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending');
    const [ordered] = await candidate.orders(1);
    expect(Object.keys(ordered!.check_types_with_arguments).sort()).toEqual([CRIMINAL, IDENTITY].sort());
    await candidate.act('open');
    await candidate.act('start');
    await candidate.tagged('CERTN - Pending');
    await candidate.act('submit');
    await candidate.tagged('CERTN - Analyzing');
    expect((await candidate.inLever()).links).toEqual([]);
    await candidate.act('complete-service');
    await candidate.tagged('CERTN - Partial');
    await candidate.act('complete');
    await candidate.tagged('CERTN - Complete');
    const { tags, links } = await candidate.inLever();
    expect(tags).toEqual(['Warehouse', 'CERTN - Complete']);
    expect(links).toEqual([`${outside.description.consoleUrl}/reports/${await candidate.checkId()}`]);
    expect(await candidate.cases()).toHaveLength(1);
    const told = topic.of(candidate.id);
    // A version may come twice, and then says the same; none is left out and none comes late.
    const versions = [...new Map(told.map((event) => [event.version, event])).values()];
    expect(versions.map((event) => event.version)).toEqual(versions.map((_, index) => index + 1));
    for (const event of told) expect(event).toEqual(versions[event.version - 1]);
    expect([...new Set(told.map((event) => event.status))]).toEqual(['pending', 'analyzing', 'partial', 'complete']);
    expect(JSON.stringify(told)).not.toContain('example.com');
  });

  it.each([
    ['CLEAR', 'CERTN - Complete (Clear)'],
    ['REVIEW', 'CERTN - Complete (Review)'],
  ])('goes through the six current words where results are shared, and ends with the result: %s', async (score, last) => {
    const team = await Team.create(outside, { tagProfile: 'current', shareResults: true });
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Submitted');
    await candidate.act('start');
    await candidate.tagged('CERTN - Applicant Started');
    await candidate.act('submit');
    await candidate.tagged('CERTN - In Progress');
    await candidate.act('complete-service');
    await candidate.act('complete', { score });
    await candidate.tagged(last);
  });

  it('keeps the result to itself unless the team shares results', async () => {
    const team = await Team.create(outside, { tagProfile: 'current' });
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Submitted');
    await candidate.act('submit');
    await candidate.act('complete', { score: 'REVIEW' });
    await candidate.tagged('CERTN - Complete');
  });

  it.each([
    ['bounce', 'CERTN - ERROR (Invite Undeliverable)'],
    ['expire', 'CERTN - ERROR (Invite Expired)'],
    ['decline', 'CERTN - ERROR (Declined)'],
    ['cancel', 'CERTN - Cancelled'],
  ])('says what ended the check: %s → %s', async (action, tag) => {
    const candidate = await classic.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending');
    await candidate.act(action);
    await candidate.tagged(tag);
  });

  it('goes backwards with the case: a dispute after complete, and complete again', async () => {
    const candidate = await classic.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending');
    await candidate.act('submit');
    await candidate.act('complete');
    await candidate.tagged('CERTN - Complete');
    await candidate.act('dispute');
    await candidate.tagged('CERTN - Partial');
    await candidate.act('complete');
    await candidate.tagged('CERTN - Complete');
    expect((await candidate.inLever()).links).toHaveLength(1);
  });

  it('leaves every tag alone that is not ours, even one that looks like it', async () => {
    const foreign = ['Warehouse', 'CERTN - Something of another tool', 'certn'];
    const candidate = await classic.candidate({ tags: foreign });
    await candidate.move(STAGE);
    await candidate.orders(1);
    await candidate.act('submit');
    await candidate.act('complete');
    await eventually(async () =>
      expect((await candidate.inLever()).tags.sort()).toEqual([...foreign, 'CERTN - Complete'].sort()),
    );
  });

  it('changes its words for open checks when the team changes its profile', async () => {
    const team = await Team.create(outside);
    const candidate = await team.candidate();
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - Pending');
    await team.patch('', { tagProfile: 'current' });
    await candidate.tagged('CERTN - Submitted');
  });
});
