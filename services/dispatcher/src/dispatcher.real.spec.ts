import { DispatcherBed } from './dispatcher.fixture';

jest.setTimeout(60_000);

let bed: DispatcherBed;

beforeAll(async () => {
  bed = await DispatcherBed.open();
  await bed.start();
});
afterAll(() => bed.close());
afterEach(() => {
  bed.bed.sandbox.world.faults.clear();
  expect(bed.bed.fatal).toEqual([]);
});

describe('a check that is asked for', () => {
  it('is ordered once and read afresh', async () => {
    const check = await bed.ask();
    expect(await bed.status(check, { status: 'pending', version: 1 })).toMatchObject({
      packageName: 'Standard',
      servicesTotal: 2,
    });
    const [made] = bed.casesOf(check.email);
    await bed.status(check, { caseStatus: 'APPLICANT_INVITED' });
    expect(bed.casesOf(check.email)).toHaveLength(1);
    expect(bed.heardOf(check).every(({ caseId }) => caseId === made!.id)).toBe(true);
  });
});
