import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Provider } from 'oidc-provider';

/** Someone the provider knows, by the `login_hint` of the request. */
export interface ProviderAccount {
  email?: string;
  name?: string;
  groups?: unknown;
}

/** What an id token says, to be changed by who forges one. */
export interface TokenParts {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
}

/** How a forger signs: with the provider's key, with one of its own, or not at all. */
export type ForgerSigns = 'rightly' | 'with-another-key' | 'not-at-all';

interface ProviderOptions {
  redirectUris: string[];
  /** A free one, unless somebody has been told already where the provider will be. */
  port?: number;
  /** Tells address and groups only when asked at its userinfo endpoint. */
  tellsOnlyWhenAsked?: boolean;
}

export const CLIENT_ID = 'lever-certn';
export const CLIENT_SECRET = 'a-client-secret-of-the-specs';

/**
 * A real OpenID Connect provider on loopback, on which everybody is signed in at once as the account that `login_hint` names. Its id tokens can be forged on
 * their way out, by a key that is the provider's or not.
 */
export class LocalIdentityProvider {
  readonly accounts = new Map<string, ProviderAccount>();
  /** Changes the next id tokens. */
  forge: ((parts: TokenParts) => { parts: TokenParts; signs: ForgerSigns }) | undefined;
  /** The account of requests without a hint. */
  account = 'ada';
  private readonly keys = { right: rsaKey(), wrong: rsaKey() };

  private constructor(
    private readonly server: Server,
    readonly issuer: string,
  ) {}

  static async open(options: ProviderOptions): Promise<LocalIdentityProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
    const opened = new LocalIdentityProvider(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const provider = await opened.provider(options);
    const answer = provider.callback();
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      if (request.url?.startsWith('/interaction/')) void opened.signIn(provider, request, response);
      else void answer(request, response);
    });
    return opened;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async provider({ redirectUris, tellsOnlyWhenAsked }: ProviderOptions): Promise<Provider> {
    const { Provider } = await import('oidc-provider');
    const provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: CLIENT_ID,
          client_secret: CLIENT_SECRET,
          redirect_uris: redirectUris,
          response_types: ['code'],
          grant_types: ['authorization_code'],
        },
      ],
      claims: { openid: ['sub', 'groups'], email: ['email'], profile: ['name'] },
      conformIdTokenClaims: tellsOnlyWhenAsked ?? false,
      cookies: { keys: ['a cookie key of the specs'] },
      features: { devInteractions: { enabled: false } },
      findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...this.accounts.get(sub) }) }),
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      jwks: { keys: [{ ...this.keys.right.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' }] },
      pkce: { required: () => true },
    });
    provider.use(async (context, next) => {
      await next();
      const body = context.body as { id_token?: string } | undefined;
      if (context.path === '/token' && this.forge && body?.id_token) body.id_token = this.forged(body.id_token);
    });
    return provider;
  }

  private async signIn(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { params } = await provider.interactionDetails(request, response);
    const accountId = typeof params.login_hint === 'string' ? params.login_hint : this.account;
    const grant = new provider.Grant({ accountId, clientId: CLIENT_ID });
    grant.addOIDCScope('openid email profile');
    const consent = { grantId: await grant.save() };
    const outcome = this.accounts.has(accountId)
      ? { login: { accountId, remember: false }, consent }
      : { error: 'access_denied', error_description: 'nobody by that name' };
    await provider.interactionFinished(request, response, outcome, { mergeWithLastSubmission: false });
  }

  private forged(token: string): string {
    const [header, claims] = token
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object) as [
      Record<string, unknown>,
      Record<string, unknown>,
    ];
    const { parts, signs } = this.forge!({ header, claims });
    const content = [parts.header, parts.claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    if (signs === 'not-at-all') return `${content}.`;
    const key = signs === 'rightly' ? this.keys.right : this.keys.wrong;
    return `${content}.${sign('RSA-SHA256', Buffer.from(content), key).toString('base64url')}`;
  }
}

function rsaKey(): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}
