import { randomBytes } from 'node:crypto';
import { isoTime } from '@lever-certn/events/fields';
import { checkIdOfTransition } from '@lever-certn/events/identity.rules';
import { DEMO_ACCOUNT, DEMO_STAGE, demoTeamId, type DemoGround } from './demo-team';
import { SandboxApi, type SandboxCase } from './sandbox-api';
import { waitUntil } from './wait-until';

const STEP_WITHIN_MS = 30_000;
const FOREIGN_TAG = 'Warehouse';

/** What the demo found wrong in the end. */
export class DemoFailedError extends Error {}

/** One candidate, from the move in Lever to the finished check. */
export class DemoFlow {
  private readonly sandbox: SandboxApi;
  private readonly email = `demo.${randomBytes(4).toString('hex')}@example.com`;
  private readonly startedAt = Date.now();
  private id = '';

  constructor(
    private readonly ground: DemoGround,
    private readonly say: (line: string) => void,
  ) {
    this.sandbox = new SandboxApi(ground.sandboxUrl, DEMO_ACCOUNT);
  }

  /** Says each step with its time. @throws Error if a step does not happen within 30 s, or if Lever ends with other tags or links than it must. */
  async run(): Promise<void> {
    const { sandbox } = this;
    const made = await sandbox.addOpportunity({
      name: 'Demo Candidate',
      emails: [this.email],
      stage: 'Phone screen',
      tags: [FOREIGN_TAG],
    });
    this.id = made.id;
    this.tell(`candidate ${made.id.slice(0, 8)} waits in "Phone screen" in Lever, tagged "${FOREIGN_TAG}"`);
    await sandbox.move(this.id, DEMO_STAGE);
    this.tell(`moved to "${DEMO_STAGE}": Lever calls our webhook`);
    const ordered = await this.orderedCase();
    this.tell(
      `case ${ordered.id.slice(0, 8)} is ordered at Certn with ${ordered.checks.length} services, and the applicant invited`,
    );
    await this.tagged('CERTN - Pending');
    await sandbox.act(ordered.id, 'start');
    await sandbox.act(ordered.id, 'submit');
    this.tell('the applicant has filled in the form');
    await this.tagged('CERTN - Analyzing');
    await sandbox.act(ordered.id, 'complete-service');
    this.tell('Certn has the first result');
    await this.tagged('CERTN - Partial');
    const link = await this.linked();
    await sandbox.act(ordered.id, 'complete');
    this.tell('Certn has all results');
    await this.tagged('CERTN - Complete');
    await this.checkOutcome(link);
  }

  private async orderedCase(): Promise<SandboxCase> {
    let cases: SandboxCase[] = [];
    await this.until('Certn has the case', async () => {
      cases = await this.sandbox.casesOf(this.email);
      return cases[0]?.overall_status === 'APPLICANT_INVITED';
    });
    return cases[0]!;
  }

  private async tagged(tag: string): Promise<void> {
    let tags: string[] = [];
    const only = [FOREIGN_TAG, tag];
    await this.until(`Lever shows ${tag}`, async () => {
      ({ tags } = await this.sandbox.opportunity(this.id));
      return sameSet(tags, only);
    }).catch((cause: unknown) => {
      throw new DemoFailedError(`Lever should show exactly ${only.join(', ')}; it shows ${tags.join(', ')}`, { cause });
    });
    this.tell(`  Lever shows the tag "${tag}"`);
  }

  /** As soon as one service is done. */
  private async linked(): Promise<string> {
    const link = `${this.ground.publicConsoleUrl}/reports/${await this.checkId()}`;
    await this.until('Lever shows the link', async () => (await this.sandbox.opportunity(this.id)).links.includes(link));
    this.tell(`  Lever shows the link ${link}`);
    return link;
  }

  /** Made of the fact alone, so that it can be known without asking who made it. */
  private async checkId(): Promise<string> {
    const { stageChanges } = await this.sandbox.opportunity(this.id);
    const transition = stageChanges?.at(-1);
    if (!transition) throw new DemoFailedError('Lever does not tell when the candidate moved.');
    return checkIdOfTransition(await demoTeamId(this.ground), this.id, isoTime(transition.updatedAt));
  }

  private async checkOutcome(link: string): Promise<void> {
    const { tags, links } = await this.sandbox.opportunity(this.id);
    const cases = await this.sandbox.casesOf(this.email);
    const wrong = [
      !sameSet(tags, [FOREIGN_TAG, 'CERTN - Complete']) && `the tags are ${tags.join(', ')}`,
      !sameSet(links, [link]) && `the links are ${links.join(', ')}`,
      cases.length !== 1 && `Certn has ${cases.length} cases`,
    ].filter(Boolean);
    if (wrong.length > 0) throw new DemoFailedError(`In the end ${wrong.join('; ')}.`);
    this.tell('done: one case at Certn, one status tag and one link in Lever');
  }

  private until(what: string, answer: () => Promise<boolean>): Promise<void> {
    return waitUntil(what, STEP_WITHIN_MS, answer);
  }

  private tell(what: string): void {
    this.say(`${((Date.now() - this.startedAt) / 1000).toFixed(2).padStart(7)} s  ${what}`);
  }
}

function sameSet(found: readonly string[], wanted: readonly string[]): boolean {
  return found.length === wanted.length && wanted.every((one) => found.includes(one));
}
