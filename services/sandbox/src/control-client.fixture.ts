/** Answers as tests read them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the control API has no types of its own, and specs look at single fields
type Loose = any;

/** Calls the control API of a sandbox; throws with the answer's text on anything but 2xx. */
export class ControlClient {
  constructor(private readonly url: string) {}

  get<Answer = Loose>(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  post<Answer = Loose>(path: string, body: object = {}): Promise<Answer> {
    return this.call('POST', path, body);
  }

  put<Answer = Loose>(path: string, body: object): Promise<Answer> {
    return this.call('PUT', path, body);
  }

  patch<Answer = Loose>(path: string, body: object): Promise<Answer> {
    return this.call('PATCH', path, body);
  }

  delete(path: string): Promise<unknown> {
    return this.call('DELETE', path);
  }

  private async call<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await fetch(`${this.url}/control${path}`, {
      method,
      headers: body ? { 'content-type': 'application/json' } : {},
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${answer.status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  }
}
