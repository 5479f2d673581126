const TIMEOUT_MS = 10_000;

/** An opportunity as the stand-in Lever shows it. */
export interface SandboxOpportunity {
  id: string;
  tags: string[];
  links: string[];
  stageName: string | null;
  /** By Lever's clock, epoch milliseconds; the last one is where it stands. */
  stageChanges: { toStageId: string; updatedAt: number }[] | null;
}

/** A case as the stand-in Certn shows it. */
export interface SandboxCase {
  id: string;
  overall_status: string;
  checks: { id: string; type: string; status: string }[];
}

interface LeverAccount {
  keys: { key: string }[];
  signatureToken: string;
}

interface CertnAccount {
  keys: { key: string }[];
  /** Null: its GET challenge was answered. */
  challenge?: string | null;
}

/** The control API of the sandbox, for one pair of accounts. */
export class SandboxApi {
  constructor(
    private readonly baseUrl: string,
    private readonly account: string,
  ) {}

  leverAccount(): Promise<LeverAccount> {
    return this.call('GET', `/lever/accounts/${this.account}`);
  }

  certnAccount(): Promise<CertnAccount> {
    return this.call('GET', `/certn/accounts/${this.account}`);
  }

  setLeverWebhook(url: string, signatureToken: string): Promise<LeverAccount> {
    return this.call('PUT', `/lever/accounts/${this.account}/webhook`, { url, signatureToken });
  }

  /** Certn calls the URL before it switches the webhook on; `challenge` says what was wrong with the answer. */
  setCertnWebhook(url: string, secret: string): Promise<CertnAccount> {
    return this.call('PUT', `/certn/accounts/${this.account}/webhook`, { url, secret });
  }

  addOpportunity(fields: { name: string; emails: string[]; stage: string; tags: string[] }): Promise<SandboxOpportunity> {
    return this.call('POST', `/lever/accounts/${this.account}/opportunities`, fields);
  }

  opportunity(id: string): Promise<SandboxOpportunity> {
    return this.call('GET', `/lever/accounts/${this.account}/opportunities/${id}`);
  }

  move(id: string, stage: string): Promise<SandboxOpportunity> {
    return this.call('POST', `/lever/accounts/${this.account}/opportunities/${id}/move`, { stage });
  }

  casesOf(email: string): Promise<SandboxCase[]> {
    return this.call('GET', `/certn/accounts/${this.account}/cases?email=${encodeURIComponent(email)}`);
  }

  act(caseId: string, action: string): Promise<SandboxCase> {
    return this.call('POST', `/certn/cases/${caseId}/act`, { action });
  }

  private async call<T>(method: string, route: string, body?: object): Promise<T> {
    const answer = await fetch(`${this.baseUrl}/control${route}`, {
      method,
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the sandbox answered ${answer.status} to ${method} /control${route}: ${text.slice(0, 200)}`);
    return JSON.parse(text) as T;
  }
}
