import type { ClientAuth, Configuration, IDToken, UserInfoResponse } from 'openid-client';
import type { SignInConfig } from './config';

/** What is remembered between leaving for the provider and coming back. */
export interface Attempt {
  state: string;
  nonce: string;
  codeVerifier: string;
}

/** Who the provider says it was: issuer and subject are the person, the rest is words about it. */
export interface Identity {
  issuer: string;
  subject: string;
  email: string | undefined;
  name: string | undefined;
  /** The claim with the groups, as it came. */
  groups: unknown;
}

/** - `unavailable`: the provider can't be reached or does not answer as one; `declined`: it said no; `unproved`: what it answered proves nothing. */
export type IdentityProviderErrorKind = 'unavailable' | 'declined' | 'unproved';

/** The one way in which the provider fails. `code` is the library's or the protocol's word, never anything of the answer. */
export class IdentityProviderError extends Error {
  constructor(
    readonly kind: IdentityProviderErrorKind,
    readonly code: string,
    options?: ErrorOptions,
  ) {
    super(`the identity provider is ${kind} (${code})`, options);
    this.name = 'IdentityProviderError';
  }
}

type Library = typeof import('openid-client');

const TIMEOUT_SECONDS = 10;
const METADATA_KEPT_MS = 3_600_000;
const MAX_WORDS_CHARACTERS = 320;
/** Seconds by which the provider's clock may differ from ours. */
const CLOCK_TOLERANCE_SECONDS = 30;
/** The words of RFC 6749 by which a provider says no to the person and not to us. */
const DECLINED = ['access_denied', 'login_required', 'consent_required', 'interaction_required', 'account_selection_required'];
/** The library's words for an answer that never came, or is no provider's. */
const AWAY = ['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON'];

/**
 * The OpenID Connect provider: code flow with PKCE, state and nonce. The id token has to be signed, also though it comes straight from the provider. The
 * library is loaded when somebody first signs in this way.
 */
export class IdentityProvider {
  private library: Promise<Library> | undefined;
  private metadata: { read: Promise<Configuration>; until: number } | undefined;

  constructor(
    private readonly config: SignInConfig,
    private readonly redirectUri: string,
  ) {}

  /** Where to send the browser, and what to remember until it comes back. @throws IdentityProviderError */
  async begin(): Promise<{ url: URL; attempt: Attempt }> {
    const library = await this.load();
    const configuration = await this.configuration();
    const attempt = {
      state: library.randomState(),
      nonce: library.randomNonce(),
      codeVerifier: library.randomPKCECodeVerifier(),
    };
    const url = library.buildAuthorizationUrl(configuration, {
      redirect_uri: this.redirectUri,
      scope: this.config.OIDC_SCOPES,
      response_type: 'code',
      state: attempt.state,
      nonce: attempt.nonce,
      code_challenge: await library.calculatePKCECodeChallenge(attempt.codeVerifier),
      code_challenge_method: 'S256',
    });
    return { url, attempt };
  }

  /** Trades the code for who it was. `query`: what the browser brought back. @throws IdentityProviderError */
  async finish(query: string, { state, nonce, codeVerifier }: Attempt): Promise<Identity> {
    const library = await this.load();
    const configuration = await this.configuration();
    try {
      const tokens = await library.authorizationCodeGrant(configuration, new URL(`${this.redirectUri}?${query}`), {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: codeVerifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims()!;
      const more = await this.missingWords(library, configuration, claims, tokens.access_token);
      return identityOf({ ...more, ...claims }, this.config.OIDC_GROUPS_CLAIM);
    } catch (error) {
      throw errorOf(library, error);
    }
  }

  /** Many providers tell address and groups only when asked. */
  private async missingWords(
    library: Library,
    configuration: Configuration,
    claims: IDToken,
    accessToken: string,
  ): Promise<UserInfoResponse | undefined> {
    const isComplete = claims.email !== undefined && (!this.config.OIDC_GROUP_ROLES || claims[this.config.OIDC_GROUPS_CLAIM]);
    if (isComplete || !configuration.serverMetadata().userinfo_endpoint) return undefined;
    return library.fetchUserInfo(configuration, accessToken, claims.sub);
  }

  private load(): Promise<Library> {
    return (this.library ??= import('openid-client'));
  }

  private async configuration(): Promise<Configuration> {
    if (!this.metadata || this.metadata.until < Date.now()) {
      const read = this.discover(await this.load());
      this.metadata = { read, until: Date.now() + METADATA_KEPT_MS };
      // What failed is read again the next time.
      read.catch(() => (this.metadata = undefined));
    }
    return this.metadata.read;
  }

  private async discover(library: Library): Promise<Configuration> {
    const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET } = this.config;
    const issuer = new URL(OIDC_ISSUER!);
    try {
      const configuration = await library.discovery(
        issuer,
        OIDC_CLIENT_ID!,
        { [library.clockTolerance]: CLOCK_TOLERANCE_SECONDS },
        OIDC_CLIENT_SECRET ? bySecret(library, OIDC_CLIENT_SECRET) : library.None(),
        {
          timeout: TIMEOUT_SECONDS,
          // The configuration takes plain http for this machine only.
          execute: issuer.protocol === 'http:' ? [library.allowInsecureRequests] : [],
        },
      );
      library.enableNonRepudiationChecks(configuration);
      return configuration;
    } catch (error) {
      throw new IdentityProviderError('unavailable', codeOf(error), { cause: error });
    }
  }
}

/** `client_secret_basic` is what a provider takes unless it says otherwise. */
function bySecret(library: Library, secret: string): ClientAuth {
  return (server, ...rest) => {
    const takesBasic = server.token_endpoint_auth_methods_supported?.includes('client_secret_basic') ?? true;
    (takesBasic ? library.ClientSecretBasic(secret) : library.ClientSecretPost(secret))(server, ...rest);
  };
}

function identityOf(claims: IDToken | UserInfoResponse, groupsClaim: string): Identity {
  const { email, name, preferred_username: username } = claims;
  return {
    issuer: (claims as IDToken).iss,
    subject: claims.sub,
    email: textOf(email),
    name: textOf(name) ?? textOf(username),
    groups: claims[groupsClaim],
  };
}

function textOf(claim: unknown): string | undefined {
  if (typeof claim !== 'string') return undefined;
  const text = claim.replaceAll(/[\u0000-\u001f\u007f]/g, ' ').trim();
  return text === '' ? undefined : text.slice(0, MAX_WORDS_CHARACTERS);
}

function errorOf(library: Library, error: unknown): IdentityProviderError {
  if (error instanceof library.AuthorizationResponseError)
    return new IdentityProviderError(DECLINED.includes(error.error) ? 'declined' : 'unavailable', codeOf(error), {
      cause: error,
    });
  if (error instanceof library.ResponseBodyError)
    return new IdentityProviderError(error.error === 'invalid_grant' ? 'unproved' : 'unavailable', codeOf(error), {
      cause: error,
    });
  const isAway = !(error instanceof library.ClientError) || AWAY.includes(error.code ?? '');
  return new IdentityProviderError(isAway ? 'unavailable' : 'unproved', codeOf(error), { cause: error });
}

const MAX_CAUSES = 5;

/**
 * The word for what went wrong: the library's codes are its own constants, and the provider's `error` is kept to the shape the protocol gives it. Of a
 * connection that failed a cause further down says why.
 */
function codeOf(error: unknown): string {
  let at: unknown = error;
  for (let depth = 0; depth < MAX_CAUSES && at !== null && typeof at === 'object'; depth += 1) {
    const { code, error: word, cause } = at as { code?: unknown; error?: unknown; cause?: unknown };
    const said = [word, code].find((value) => typeof value === 'string' && /^[\w.-]{1,60}$/.test(value));
    if (typeof said === 'string') return said;
    at = cause;
  }
  return 'unknown';
}
