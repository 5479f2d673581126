import type { CertnAccount } from './certn/certn-account';
import type { LeverAccount } from './lever/lever-account';
import type { World } from './world';

/** What the demo account is known by. Nothing here is a secret of anybody. */
export const DEMO = {
  account: 'demo',
  leverKey: 'demo-lever-key',
  signatureToken: 'demo-signature-token',
  certnKey: 'demo-certn-key',
  certnSecret: 'demo-certn-secret',
  triggerStage: 'Background Check',
} as const;

const STAGES = [
  ['lead-new', 'New lead'],
  ['applicant-new', 'New applicant'],
  ['phone-screen', 'Phone screen'],
  ['onsite-interview', 'On-site interview'],
  ['background-check', DEMO.triggerStage],
  ['offer', 'Offer'],
] as const;

const CANDIDATES: [name: string, stage: string, tags: string[]][] = [
  ['Ada Birch', 'onsite-interview', []],
  ['Bruno Castell', 'onsite-interview', ['Driver']],
  ['Chiyo Dahl', 'onsite-interview', []],
  ['Dmitri Eklund', 'phone-screen', ['Finance']],
  ['Esi Falk', 'phone-screen', []],
  ['Farid Grau', 'applicant-new', []],
  ['Greta Holm', 'applicant-new', ['Finance']],
  ['Hugo Ito', 'lead-new', []],
];

/** Makes the demo accounts: stages, nine invented candidates (one of them without an e-mail), two portal packages, keys. */
export function seedDemo(world: World, paceMs?: number): { lever: LeverAccount; certn: CertnAccount } {
  const lever = world.addLeverAccount(DEMO.account, 'Example Inc.');
  lever.addKey(DEMO.leverKey);
  lever.signatureToken = DEMO.signatureToken;
  for (const [id, text] of STAGES) lever.addStage(text, id);
  for (const [name, stage, tags] of CANDIDATES)
    lever.add({ name, stage, tags, emails: [`${name.toLowerCase().replace(' ', '.')}@example.com`] });
  lever.add({ name: 'Ines Juhl', stage: 'lead-new', emails: [] });
  const certn = world.addCertnAccount(DEMO.account, 'Example Inc.');
  certn.addKey(DEMO.certnKey);
  certn.webhookSecret = DEMO.certnSecret;
  if (paceMs !== undefined) certn.pace = { applicantMs: paceMs, servicesMs: paceMs };
  certn.addPackage(
    'Standard',
    { IDENTITY_VERIFICATION_1: {}, CRIMINAL_RECORD_REPORT_1: {} },
    '00000000-0000-4000-8000-00000000aaaa',
  );
  certn.addPackage('Driver', { IDENTITY_VERIFICATION_1: {}, MOTOR_VEHICLE_RECORD_1: {} }, '00000000-0000-4000-8000-00000000bbbb');
  return { lever, certn };
}
