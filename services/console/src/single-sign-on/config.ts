import { Checked, Flag, Optional, Parsed, Text } from '@lever-certn/config/setting';
import { parseGroupRoles } from './group-roles.rules';

const MAX_NAME = /^[^\u0000-\u001f\u007f]{1,60}$/;
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** How people sign in: with passwords kept here, with single sign-on (OpenID Connect), or with either. */
export class SignInConfig {
  @Flag(
    'Let people sign in with a password kept here. Without it, invitations and password links are refused as well, and only single sign-on leads in.',
  )
  LOCAL_SIGN_IN: boolean = true;

  @Optional()
  @Checked(
    'The issuer of the OpenID Connect provider, exactly as the provider writes it; switches single sign-on on.',
    issuerProblem,
    {
      example: 'https://login.example.com',
    },
  )
  OIDC_ISSUER?: string;

  @Optional()
  @Text('The client id that the provider gave the console.', /^[\x21-\x7e]{1,200}$/, 'one word of printable ASCII', {
    example: 'lever-certn',
  })
  OIDC_CLIENT_ID?: string;

  @Optional()
  @Text(
    'The client secret that the provider gave the console; left out for a public client, which is bound by PKCE alone.',
    /./,
    'text',
    {
      secret: true,
    },
  )
  OIDC_CLIENT_SECRET?: string;

  @Text('How the button of the sign-in page calls the provider: "Sign in with …".', MAX_NAME, 'one line of at most 60 characters')
  OIDC_NAME: string = 'single sign-on';

  @Text(
    'What is asked of the provider, words with spaces between; `openid` must be among them.',
    /^(?=.*(^| )openid( |$))[\x21-\x7e]+( [\x21-\x7e]+)*$/,
    'words with single spaces between, `openid` among them',
  )
  OIDC_SCOPES: string = 'openid email profile';

  @Text('The claim that lists the groups of a person.', MAX_NAME, 'one line of at most 60 characters')
  OIDC_GROUPS_CLAIM: string = 'groups';

  @Optional()
  @Parsed(
    'Which group gives which role, as JSON: of each group `"owner"`, or the role (`admin` or `viewer`) by team id, `*` for every team. Applied at each sign-in; who has none of these groups stays out. Without it, roles are given in the console.',
    parseGroupRoles,
    { example: '{"it-admins":"owner","recruiters":{"*":"viewer"}}' },
  )
  OIDC_GROUP_ROLES?: string;
}

/** What is wrong with settings of the sign-in that go together; empty where nothing is. */
export function signInProblems(config: SignInConfig): string[] {
  const others = (['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_GROUP_ROLES'] as const).filter((name) => config[name]);
  if (config.OIDC_ISSUER)
    return config.OIDC_CLIENT_ID ? [] : ['OIDC_CLIENT_ID is not set: single sign-on needs the client id that the provider gave'];
  return [
    ...others.map((name) => `${name} is set without OIDC_ISSUER: set the provider's issuer, or take ${name} away`),
    ...(config.LOCAL_SIGN_IN
      ? []
      : [
          'LOCAL_SIGN_IN is false without OIDC_ISSUER, so nobody could sign in: set up single sign-on first, or set LOCAL_SIGN_IN=true',
        ]),
  ];
}

/** Keys and codes travel to the issuer, so it has to be reached by TLS; only on this machine it may be plain http. */
function issuerProblem(value: unknown): string | undefined {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return 'must be a URL that starts with https://';
  if (url.username || url.password || url.search || url.hash) return 'must hold no user name, password, query or fragment';
  return url.protocol === 'https:' || LOOPBACK.includes(url.hostname)
    ? undefined
    : 'must start with https://: plain http is for a provider on this machine only';
}
