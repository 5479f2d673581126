import { configOf } from '@lever-certn/config/config-parts';
import { Checked, Flag, HttpUrl, Optional, Text, WholeNumber } from '@lever-certn/config/setting';
import { DatabaseConfig } from '@lever-certn/database/database';
import { KafkaConfig } from '@lever-certn/kafka/connection';
import { IndexConfig, SealingConfig, ServiceConfig, VendorConfig } from '@lever-certn/service/config';
import { SignInConfig } from './single-sign-on/config';
import { MAX_PASSWORD_CHARACTERS, MIN_PASSWORD_CHARACTERS } from './people/passwords';

const MAX_PORT = 65_535;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What the console is told. */
export class ConsoleConfig extends configOf(
  ServiceConfig,
  KafkaConfig,
  DatabaseConfig,
  SealingConfig,
  IndexConfig,
  VendorConfig,
  SignInConfig,
) {
  @WholeNumber('The port of the API and the web; 0 takes a free one.', 0, MAX_PORT)
  PORT: number = 8080;

  @HttpUrl(
    'The address under which people reach the console. On https its cookies are bound to the host and sent over TLS only.',
    {
      example: 'https://console.example.com',
    },
  )
  PUBLIC_CONSOLE_URL: string = 'http://localhost:8080';

  @HttpUrl('The address under which Lever and Certn reach the webhooks, shown to people to copy.', {
    example: 'https://hooks.example.com',
  })
  PUBLIC_INGRESS_URL: string = 'http://localhost:3000';

  @Optional()
  @HttpUrl(
    'The address under which the console itself reaches ingress, for Send test event; PUBLIC_INGRESS_URL where it is not set.',
    { example: 'http://ingress:3000' },
  )
  INGRESS_URL?: string;

  @WholeNumber('How old a connection test may grow before it is made again by itself.', 1000, DAY_MS)
  CONNECTION_TEST_MS: number = 10 * 60_000;

  @Optional()
  @Text('The e-mail address of the first owner, made at a start that finds no owner.', /^[^\s@]+@[^\s@]+$/, 'an e-mail address', {
    example: 'admin@example.com',
  })
  BOOTSTRAP_ADMIN_EMAIL?: string;

  @Optional()
  @Checked(
    'The password of the first owner.',
    (value) =>
      typeof value === 'string' && value.length >= MIN_PASSWORD_CHARACTERS && value.length <= MAX_PASSWORD_CHARACTERS
        ? undefined
        : `must have ${MIN_PASSWORD_CHARACTERS} to ${MAX_PASSWORD_CHARACTERS} characters`,
    { secret: true },
  )
  BOOTSTRAP_ADMIN_PASSWORD?: string;

  @Flag(
    'Whether the first owner has to choose another password at the first sign-in, since BOOTSTRAP_ADMIN_PASSWORD was generated or can be read by others.',
  )
  BOOTSTRAP_ADMIN_PASSWORD_CHANGE: boolean = true;

  @WholeNumber('How long a session may rest before one has to sign in again.', 1000, DAY_MS)
  SESSION_IDLE_MS: number = 30 * 60_000;

  @WholeNumber('How long a session lasts at most.', 1000, 30 * DAY_MS)
  SESSION_MAX_MS: number = 12 * HOUR_MS;

  @Flag('Believe the X-Forwarded-For header of a proxy in front when the audit says from where; only with a proxy that sets it.')
  TRUST_PROXY: boolean = false;

  @WholeNumber('How often published settings are compared with the tables.', 1000, DAY_MS)
  SETTINGS_CHECK_MS: number = HOUR_MS;

  @WholeNumber('How many pages of one person may follow a team live, per process.', 1, 1000)
  LIVE_STREAMS_PER_PERSON: number = 20;

  @WholeNumber('How many pages may follow a team live, per process.', 1, 100_000)
  LIVE_STREAMS: number = 1000;

  @WholeNumber('How often it is checked that who follows a team live still may.', 100, 30_000)
  LIVE_CHECK_MS: number = 20_000;

  @WholeNumber('How many days deliveries are kept for the console.', 1, 3650)
  DELIVERIES_KEPT_DAYS: number = 30;

  @WholeNumber('How many days the lines of timelines are kept.', 1, 3650)
  TIMELINE_KEPT_DAYS: number = 400;
}
