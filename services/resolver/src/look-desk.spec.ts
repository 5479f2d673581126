import { LookDesk } from './look-desk';
import type { LookHint, LookRow } from './looks.store';

describe('a hint that is recorded', () => {
  /** What was done while the team had these accounts, before and after the row was recorded. */
  async function taken(before: string, after: string): Promise<string[]> {
    const did: string[] = [];
    let account = before;
    const looks = {
      record: (hint: LookHint) => {
        account = after;
        return Promise.resolve({ id: 'look-1', hint: 3, turn: 7, account: hint.account });
      },
      repoint: (teamId: string, to: string) => (did.push(`${teamId} to ${to}`), Promise.resolve()),
    };
    const settings = { team: () => ({ lever: { account } }) };
    const wake = (rows: LookRow[]): void => void did.push(...rows.map((row) => `wake ${row.account} ${row.hint} ${row.turn}`));
    await new LookDesk(looks as never, settings as never, {} as never, wake).take({
      teamId: 'team-1',
      opportunityId: 'opportunity-1',
      stageLook: true,
    });
    return did;
  }

  it('is worked with the account of its team', async () => {
    expect(await taken('a', 'a')).toEqual(['wake a 3 7']);
  });

  it('follows the team to another account that it got meanwhile', async () => {
    expect(await taken('a', 'b')).toEqual(['team-1 to b', 'wake b 3 7']);
  });
});
