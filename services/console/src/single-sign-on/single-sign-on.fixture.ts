import type { LocalIdentityProvider } from '@lever-certn/local-stack/identity-provider.fixture';
import { type SpecCaller, type SpecAnswer, type SpecConsole } from '../console.fixture';

const MAX_HOPS = 10;

/** A browser with cookies of its own, for the console and for the provider. */
export class SpecBrowser {
  private readonly console = new Map<string, string>();
  private readonly provider = new Map<string, string>();

  constructor(
    private readonly spec: SpecConsole,
    private readonly identityProvider: LocalIdentityProvider,
  ) {}

  /** Opens a page of the console, which may set cookies. */
  async open(path: string): Promise<SpecAnswer> {
    const answer = await this.spec.nobody().call('GET', path, undefined, { cookie: this.cookieHeader(), accept: 'text/html' });
    keep(this.console, [answer.headers['set-cookie'] ?? []].flat().map(String));
    return answer;
  }

  /** Goes to the provider, signs in there, and answers the path with which the provider sends back. Nothing is opened with it yet. */
  async toProvider(path = '/sign-in/sso', account?: string): Promise<string> {
    const answer = await this.open(path);
    let url = new URL(String(answer.headers.location));
    if (account) url.searchParams.set('login_hint', account);
    for (let hop = 0; hop < MAX_HOPS; hop += 1) {
      if (url.origin !== this.identityProvider.issuer) return url.pathname + url.search;
      const response = await fetch(url, { redirect: 'manual', headers: { cookie: headerOf(this.provider) } });
      keep(this.provider, response.headers.getSetCookie());
      const location = response.headers.get('location');
      if (!location) throw new Error(`the provider answered ${response.status} to ${url.pathname}`);
      url = new URL(location, url);
    }
    throw new Error('the provider leads in circles');
  }

  /** Signs in, there and back. */
  async signIn(account?: string, path?: string): Promise<SpecAnswer> {
    return this.open(await this.toProvider(path, account));
  }

  /** Who the browser is signed in as, for calls of the API. */
  caller(): SpecCaller {
    return this.spec.nobody().with({ cookie: `session=${this.console.get('session') ?? ''}` });
  }

  /** The cookies of the console, as the browser sends them. */
  cookieHeader(): string {
    return headerOf(this.console);
  }

  cookieNames(): string[] {
    return [...this.console.keys()];
  }
}

function headerOf(jar: ReadonlyMap<string, string>): string {
  return [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
}

function keep(jar: Map<string, string>, headers: readonly string[]): void {
  for (const header of headers) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(header)!;
    if (value === '') jar.delete(name!);
    else jar.set(name!, value!);
  }
}
