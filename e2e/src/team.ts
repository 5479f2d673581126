import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Candidate } from './candidate';
import { eventually } from './eventually';
import type { Outside } from './system';

export const STAGE = 'Background Check';
export const OTHER_STAGE = 'Phone screen';
export const IDENTITY = 'IDENTITY_VERIFICATION_1';
export const CRIMINAL = 'CRIMINAL_RECORD_REPORT_1';
export const CREDIT = 'CREDIT_REPORT_1';

interface TeamOptions {
  tagProfile?: 'classic' | 'current';
  shareResults?: boolean;
  enabled?: boolean;
  /** Certn's webhooks reach us; true unless said. */
  certnWebhooks?: boolean;
  defaultPackage?: boolean;
}

interface ConsoleTeam {
  id: string;
  enabled: boolean;
  lever: { state: string; webhookUrl: string };
  certn: { state: string; webhookUrl: string };
}

/** A team of the console with a Lever and a Certn account of its own in the sandbox. */
export class Team {
  readonly packages = new Map<string, string>();

  private constructor(
    readonly outside: Outside,
    readonly id: string,
    /** The id of both of its accounts in the sandbox. */
    readonly account: string,
    readonly leverKey: string,
    readonly certnKey: string,
    readonly signatureToken: string,
    readonly leverWebhookUrl: string,
    readonly certnWebhookUrl: string,
  ) {}

  /** Set up as an admin does it, step by step, through the console's API. */
  static async create(outside: Outside, options: TeamOptions = {}): Promise<Team> {
    const { sandbox, console } = outside;
    const [leverKey, certnKey, signatureToken, certnSecret] = Array.from({ length: 4 }, () =>
      randomBytes(16).toString('hex'),
    ) as [string, string, string, string];
    const tenant = await sandbox.post<{ id: string }>('/tenants', { leverKey, certnKey, signatureToken });
    const created = await console.call<ConsoleTeam>('POST', '/teams', {
      name: `Team ${tenant.id.slice(0, 8)}`,
      tagProfile: options.tagProfile ?? 'classic',
      shareResults: options.shareResults ?? false,
    });
    const { webhookUrl: leverUrl } = created.lever;
    const { webhookUrl: certnUrl } = created.certn;
    const team = new Team(outside, created.id, tenant.id, leverKey, certnKey, signatureToken, leverUrl, certnUrl);
    await team.put('/lever', { apiKey: leverKey, signatureTokens: [{ value: signatureToken }], triggerStage: { name: STAGE } });
    await team.put('/certn', { apiKey: certnKey, region: 'sandbox', webhookSecrets: [{ value: certnSecret }] });
    await team.addPackage('Standard', [IDENTITY, CRIMINAL]);
    await team.addPackage('Packages A', [IDENTITY, CREDIT]);
    if (options.defaultPackage ?? true) await team.setDefault('Standard');
    await sandbox.put(`/lever/accounts/${tenant.id}/webhook`, { url: leverUrl, signatureToken });
    if (options.certnWebhooks ?? true)
      await eventually(async () => {
        const { challenge } = await sandbox.put<{ challenge: string | null }>(`/certn/accounts/${tenant.id}/webhook`, {
          url: certnUrl,
          secret: certnSecret,
        });
        if (challenge !== null) throw new Error(`the challenge of Certn was answered wrongly: ${challenge}`);
      });
    if (options.enabled ?? true) await team.enable();
    return team;
  }

  put<T = ConsoleTeam>(route: string, body: object): Promise<T> {
    return this.outside.console.call('PUT', `/teams/${this.id}${route}`, body);
  }

  post<T>(route: string, body: object = {}): Promise<T> {
    return this.outside.console.call('POST', `/teams/${this.id}${route}`, body);
  }

  get<T>(route = ''): Promise<T> {
    return this.outside.console.call('GET', `/teams/${this.id}${route}`);
  }

  patch<T>(route: string, body: object): Promise<T> {
    return this.outside.console.call('PATCH', `/teams/${this.id}${route}`, body);
  }

  async addPackage(name: string, services: string[]): Promise<string> {
    const made = await this.post<{ id: string }>('/packages', { name, services: services.map((type) => ({ type })) });
    this.packages.set(name, made.id);
    return made.id;
  }

  async setDefault(name: string): Promise<void> {
    await this.put('/default-package', { packageId: this.packages.get(name) });
  }

  /** Enables the integration and waits for the second after it, from which on moves count: Lever's clock tells whole seconds. */
  async enable(): Promise<void> {
    const { activeSince } = await this.post<{ activeSince: string }>('/enable');
    await sleep(Math.max(0, Date.parse(activeSince) - Date.now()));
  }

  async candidate(
    fields: {
      name?: string;
      emails?: string[];
      tags?: string[];
      stage?: string;
      confidential?: boolean;
      contactId?: string;
    } = {},
  ): Promise<Candidate> {
    const email = `applicant.${randomBytes(6).toString('hex')}@example.com`;
    const wanted = { name: 'Avery Sample', emails: [email], stage: OTHER_STAGE, tags: [], ...fields };
    const made = await this.outside.sandbox.post<{ id: string }>(`/lever/accounts/${this.account}/opportunities`, wanted);
    return new Candidate(this, made.id, fields.emails?.[0] ?? email);
  }

  /** Orders the stand-in Certn has for an address. */
  async ordersOf(email: string): Promise<number> {
    const { count } = await this.outside.sandbox.get<{ count: number }>(
      `/orders/${this.account}?email=${encodeURIComponent(email)}`,
    );
    return count;
  }

  fault(fault: Parameters<Outside['sandbox']['fault']>[1]): Promise<{ id: string }> {
    return this.outside.sandbox.fault(this.account, fault);
  }
}
