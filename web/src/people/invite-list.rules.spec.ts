import { readInviteList, type ListDefaults } from './invite-list.rules';

const defaults: ListDefaults = {
  teams: [
    { id: 't1', name: 'Berlin' },
    { id: 't2', name: 'Athens' },
  ],
  teamIds: ['t1'],
  role: 'viewer',
  owner: false,
  mayMakeOwners: true,
  taken: new Set(['taken@example.com']),
};
const read = (text: string, over: Partial<ListDefaults> = {}): ReturnType<typeof readInviteList> =>
  readInviteList(text, { ...defaults, ...over });
const short = (text: string, over: Partial<ListDefaults> = {}): string[] =>
  read(text, over).people.map(
    ({ email, name, owner, roles }) =>
      `${email}|${name}|${owner ? 'owner ' : ''}${roles.map(({ teamId, role }) => `${teamId}:${role}`).join('+')}`,
  );

describe('a list of people to invite', () => {
  test.each([
    ['one address', 'ada@example.com', ['ada@example.com||t1:viewer']],
    [
      'an address per line, with empty ones between',
      'ada@example.com\r\n\n  grace@example.com  \n',
      ['ada@example.com||t1:viewer', 'grace@example.com||t1:viewer'],
    ],
    [
      'many in one line',
      'ada@example.com, grace@example.com,joan@example.com',
      ['ada@example.com||t1:viewer', 'grace@example.com||t1:viewer', 'joan@example.com||t1:viewer'],
    ],
    [
      'many as a mail program has them',
      'Ada Example <ada@example.com>; "Grace Example" <grace@example.com>',
      ['ada@example.com|Ada Example|t1:viewer', 'grace@example.com|Grace Example|t1:viewer'],
    ],
    [
      'cells of a spreadsheet in any order',
      'Ada Example\tadmin\tada@example.com\tAthens',
      ['ada@example.com|Ada Example|t2:admin'],
    ],
    [
      'CSV with headings',
      'First name,Last name,E-mail,Team,Role,Phone\nAda,Example,ada@example.com,athens,Admin,1',
      ['ada@example.com|Ada Example|t2:admin'],
    ],
    [
      'CSV with quotes, separators and marks in them',
      'name;email\n"Example; Ada ""the first""";ada@example.com',
      ['ada@example.com|Example; Ada "the first"|t1:viewer'],
    ],
    ['a mark of byte order before the headings', '\uFEFFemail,name\nada@example.com,Ada', ['ada@example.com|Ada|t1:viewer']],
    ['an owner', 'ada@example.com,owner', ['ada@example.com||owner t1:viewer']],
    [
      'one address twice',
      'ada@example.com,Berlin\nADA@example.com,Ada,Berlin,admin\nada@example.com,Athens',
      ['ada@example.com|Ada|t1:admin+t2:viewer'],
    ],
  ])('may be %s', (_, text, expected) => {
    expect(short(text)).toEqual(expected);
    expect(read(text).faults).toEqual([]);
  });

  test.each([
    ['without an address', 'Ada Example', /no e-mail address/],
    ['with half an address', 'ada@example', /no e-mail address/],
    ['with an unknown role', 'email,role\nada@example.com,king', /“king” is no role/],
    ['with an unknown team', 'email,team\nada@example.com,Cairo', /no team named “Cairo”/],
    ['of who is there already', 'Taken@example.com', /in the list of users already/],
  ])('says of a line %s why it is left out', (_, text, why) => {
    const { people, faults } = read(`good@example.com\n${text.split('\n').length > 1 ? '' : text}`);
    const read2 = text.includes('\n') ? read(text) : { people, faults };
    expect(read2.faults).toEqual([{ line: 2, text: expect.any(String), why: expect.stringMatching(why) }]);
  });

  test('needs a team, unless somebody is to be an owner', () => {
    expect(read('ada@example.com', { teamIds: [] }).faults[0]?.why).toMatch(/Choose a team/);
    expect(short('ada@example.com', { teamIds: [], owner: true })).toEqual(['ada@example.com||owner ']);
    expect(read('ada@example.com,owner', { mayMakeOwners: false }).faults[0]?.why).toMatch(/Only an owner/);
  });

  test('is read up to a length, and says so', () => {
    const text = Array.from({ length: 2005 }, (_, line) => `p${line}@example.com`).join('\n');
    const { people, faults } = read(text);
    expect(people).toHaveLength(2000);
    expect(faults).toEqual([expect.objectContaining({ line: 2001 })]);
  });
});
