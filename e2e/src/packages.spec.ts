import { Outside } from './system';
import { CREDIT, CRIMINAL, IDENTITY, STAGE, Team } from './team';

/** Which package is ordered: the one a tag names, else the team's default. */
describe('the package', () => {
  let outside: Outside;
  let team: Team;

  beforeAll(async () => {
    outside = await Outside.shared();
    team = await Team.create(outside);
  });

  const ordered = async (tags: string[]): Promise<string[]> => {
    const candidate = await team.candidate({ tags });
    await candidate.move(STAGE);
    const [only] = await candidate.orders(1);
    return Object.keys(only!.check_types_with_arguments).sort();
  };

  it('is the default one where no tag names another', async () => {
    expect(await ordered([])).toEqual([CRIMINAL, IDENTITY].sort());
  });

  it.each([['Packages A'], ['  packages a '], ['PACKAGES A']])(
    'is the one a tag names, any case and spaces: "%s"',
    async (tag) => {
      expect(await ordered(['Warehouse', tag])).toEqual([CREDIT, IDENTITY].sort());
    },
  );

  it('is chosen by a tag inherited from the posting, and not by an old tag of ours', async () => {
    expect(await ordered(['Packages A', 'CERTN - Complete'])).toEqual([CREDIT, IDENTITY].sort());
  });

  it('is nobody’s guess where tags name several: the tag says so, and nothing is ordered until one is left', async () => {
    const candidate = await team.candidate({ tags: ['Packages A', 'Standard'] });
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - ERROR (Several Packages)');
    await candidate.staysAt(0);
    await candidate.change({ tags: ['Packages A', 'CERTN - ERROR (Several Packages)'] });
    await candidate.announce();
    await candidate.orders(1);
    await candidate.tagged('CERTN - Pending');
  });

  it('is not ordered while it is inactive', async () => {
    const own = await Team.create(outside);
    await own.patch(`/packages/${own.packages.get('Packages A')}`, { active: false });
    const candidate = await own.candidate({ tags: ['Packages A'] });
    await candidate.move(STAGE);
    await candidate.tagged('CERTN - ERROR (Package Inactive)');
    await candidate.staysAt(0);
  });

  it('follows a changed default within a second', async () => {
    const own = await Team.create(outside);
    await own.setDefault('Packages A');
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const candidate = await own.candidate();
    await candidate.move(STAGE);
    const [only] = await candidate.orders(1);
    expect(Object.keys(only!.check_types_with_arguments).sort()).toEqual([CREDIT, IDENTITY].sort());
  });
});
