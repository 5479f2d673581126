/** An answer of the console's API that is not a success: its problem details in one sentence. */
export class ConsoleApiError extends Error {
  constructor(
    route: string,
    readonly status: number,
    problem: { title?: string; detail?: string; cure?: string },
  ) {
    super([`the console answered ${status} to ${route}`, problem.title, problem.detail, problem.cure].filter(Boolean).join(': '));
    this.name = 'ConsoleApiError';
  }
}

const TIMEOUT_MS = 15_000;

/** The console's HTTP API for one signed-in person. */
export class ConsoleApi {
  private cookie = '';

  /** `baseUrl` without `/api`. */
  constructor(private readonly baseUrl: string) {}

  /** @throws ConsoleApiError */
  async signIn(email: string, password: string): Promise<void> {
    const answer = await this.call('POST', '/session', { email, password });
    this.cookie = answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
  }

  get<T>(route: string): Promise<T> {
    return this.json('GET', route);
  }

  post<T>(route: string, body: unknown = {}): Promise<T> {
    return this.json('POST', route, body);
  }

  put<T>(route: string, body: unknown): Promise<T> {
    return this.json('PUT', route, body);
  }

  /** @throws ConsoleApiError */
  private async json<T>(method: string, route: string, body?: unknown): Promise<T> {
    const answer = await this.call(method, route, body);
    const text = await answer.text();
    return (text ? JSON.parse(text) : undefined) as T;
  }

  private async call(method: string, route: string, body?: unknown): Promise<Response> {
    const answer = await fetch(`${this.baseUrl}/api${route}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.cookie ? { cookie: this.cookie } : {}),
        origin: this.baseUrl,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (answer.ok) return answer;
    const problem = (await answer.json().catch(() => ({}))) as { title?: string };
    throw new ConsoleApiError(`${method} /api${route}`, answer.status, problem);
  }
}
