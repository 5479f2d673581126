import { LeverAccount } from './lever-account';

describe('an account of Lever', () => {
  it('never gives two moves of an opportunity the same time, since their times tell them apart', () => {
    const account = new LeverAccount('one', 'One');
    for (const name of ['A', 'B']) account.addStage(name);
    const one = account.add({});
    for (let move = 0; move < 100; move += 1) account.move(one, account.stages[move % 2]!);
    expect(new Set(one.stageChanges?.map(({ updatedAt }) => updatedAt)).size).toBe(101);
  });

  it('takes a stage by its id before one that has it as a name', () => {
    const account = new LeverAccount('one', 'One');
    account.addStage('offer', 'first');
    account.addStage('Offer to come', 'offer');
    expect(account.findStage('offer')?.id).toBe('offer');
    expect(account.findStage(' OFFER ')?.id).toBe('first');
  });

  it.each([
    ['ignores', 'ignore', 1],
    ['keeps', 'keep', 2],
  ] as const)('%s a tag and a link that are there, as it was told to', (_, duplicates, count) => {
    const account = new LeverAccount('one', 'One');
    account.addStage('A');
    account.duplicates = duplicates;
    const one = account.add({ tags: ['x'] });
    account.addTags(one, ['x']);
    account.addLinks(one, ['https://example.com']);
    account.addLinks(one, ['https://example.com']);
    expect([one.tags.length, one.contact.links.length]).toEqual([count, count]);
  });
});
