/** An answer of the console's API. */
export interface Answer<T = Record<string, unknown>> {
  status: number;
  body: T;
}

/** The console's HTTP API as a signed-in person uses it. */
export class ConsoleClient {
  private cookie = '';

  constructor(private readonly url: string) {}

  async signIn(email: string, password: string): Promise<void> {
    const { status, headers } = await this.send('POST', '/session', { email, password });
    if (status !== 201) throw new Error(`sign-in was answered ${status}`);
    this.cookie = headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
  }

  /** Whatever the answer is. */
  async ask<T = Record<string, unknown>>(method: string, route: string, body?: object): Promise<Answer<T>> {
    const answer = await this.send(method, route, body);
    const text = await answer.text();
    return { status: answer.status, body: (text ? JSON.parse(text) : undefined) as T };
  }

  /** The body of a success; throws the problem otherwise. */
  async call<T = Record<string, unknown>>(method: string, route: string, body?: object): Promise<T> {
    const answer = await this.ask<T>(method, route, body);
    if (answer.status >= 400)
      throw new Error(`${method} /api${route}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 500)}`);
    return answer.body;
  }

  /** A page of the console itself, without following where it sends one. */
  page(path: string): Promise<Response> {
    return fetch(`${this.url}${path}`, { redirect: 'manual', headers: { cookie: this.cookie } });
  }

  private send(method: string, route: string, body?: object): Promise<Response> {
    return fetch(`${this.url}/api${route}`, {
      method,
      headers: { origin: this.url, cookie: this.cookie, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  }
}
