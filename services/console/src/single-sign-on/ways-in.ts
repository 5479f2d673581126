import type { SignInConfig } from './config';

/** How people sign in. */
export interface WaysIn {
  /** With an address and a password kept here. */
  passwords: boolean;
  /** By the identity provider: what the button says after "Sign in with", and where it leads. */
  singleSignOn: { name: string; path: string } | null;
}

/** Where single sign-on begins; takes `return`, the path it leads back to. */
const SINGLE_SIGN_ON_PATH = '/sign-in/sso';

/** The ways in that the configuration opens. */
export function waysIn({ LOCAL_SIGN_IN, OIDC_ISSUER, OIDC_NAME }: SignInConfig): WaysIn {
  return { passwords: LOCAL_SIGN_IN, singleSignOn: OIDC_ISSUER ? { name: OIDC_NAME, path: SINGLE_SIGN_ON_PATH } : null };
}
