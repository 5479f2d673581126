import type { CertnAccount } from '../certn/certn-account';
import type { LeverAccount, Opportunity } from '../lever/lever-account';
import type { World } from '../world';
import { caseView, certnAccountJson } from './control-certn.routes';
import { leverAccountJson, opportunityView } from './control-lever.routes';

/** Cards shown per stage, the latest moved first; a load test may have made many more. */
const CARDS = 50;
const MAILS = 100;
const DELIVERIES = 60;

/** Everything the board shows of one account, in one answer. */
export function boardSnapshot(world: World, lever: LeverAccount): object {
  const certn = world.certnAccounts.get(lever.id);
  return {
    accounts: [...world.leverAccounts.values()].map(({ id, name }) => ({ id, name })),
    lever: leverAccountJson(lever),
    certn: certn ? certnAccountJson(certn) : null,
    stages: lever.stages.map((stage) => {
      const all = lever.list(stage.id).sort((a, b) => b.lastAdvancedAt - a.lastAdvancedAt);
      return { ...stage, count: all.length, cards: all.slice(0, CARDS).map((one) => card(lever, certn, one)) };
    }),
    mails: (certn?.mails ?? [])
      .slice(-MAILS)
      .reverse()
      .map((mail) => ({ ...mail, status: certn?.cases.get(mail.caseId)?.status ?? null })),
    faults: world.faults.list(),
    deliveries: world.sender.deliveries(DELIVERIES).filter(({ account }) => account === lever.id),
    webhooks: world.sender.counts,
  };
}

function card(lever: LeverAccount, certn: CertnAccount | undefined, one: Opportunity): object {
  const cases = one.contact.emails.flatMap((email) => certn?.byEmail.get(email.toLowerCase()) ?? []);
  return { ...opportunityView(lever, one), cases: cases.map(caseView) };
}
