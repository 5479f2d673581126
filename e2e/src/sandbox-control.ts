/** An opportunity as the stand-in Lever tells of it. */
export interface OpportunityView {
  id: string;
  tags: string[];
  links: string[];
  stage: string;
  stageName: string | null;
}

/** A case as the stand-in Certn tells of it. */
export interface CaseView {
  id: string;
  overall_status: string;
  packageId: string | null;
  check_types_with_arguments: Record<string, unknown>;
  checks: { id: string; type: string; status: string }[];
}

/** A rule that makes something go wrong; see the sandbox's README. */
export interface Fault {
  on: 'lever' | 'certn' | 'lever-webhooks' | 'certn-webhooks';
  kind: string;
  [option: string]: unknown;
}

/** The sandbox's control API. */
export class SandboxControl {
  constructor(private readonly url: string) {}

  get<T>(route: string): Promise<T> {
    return this.call('GET', route);
  }

  post<T>(route: string, body: object = {}): Promise<T> {
    return this.call('POST', route, body);
  }

  put<T>(route: string, body: object): Promise<T> {
    return this.call('PUT', route, body);
  }

  patch<T>(route: string, body: object): Promise<T> {
    return this.call('PATCH', route, body);
  }

  async delete(route: string): Promise<void> {
    await this.call('DELETE', route);
  }

  /** Makes something go wrong with calls of one account. */
  async fault(account: string, fault: Fault): Promise<{ id: string }> {
    return this.post('/faults', { account, ...fault });
  }

  private async call<T>(method: string, route: string, body?: object): Promise<T> {
    const answer = await fetch(`${this.url}/control${route}`, {
      method,
      ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} /control${route}: ${answer.status} ${text.slice(0, 300)}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }
}
