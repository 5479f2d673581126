import { Choice, HttpUrl, Optional, Parsed, Text, WholeNumber } from '@lever-certn/config/setting';
import { IndexKey } from '@lever-certn/sealing/index-key';
import { Keyring } from '@lever-certn/sealing/keyring';

const MAX_PORT = 65_535;
const HOUR_MS = 3_600_000;
const LIMIT = /^\d+\/(s|min|h|day)( \d+\/(s|min|h|day))*( burst \d+)?$/;
const LIMIT_WORDS = 'a limit like "10/s burst 20" or "60/min 7220/day"';

/** What every service is told. Its properties are named like the environment variables. */
export class ServiceConfig {
  @Text('The address that ports are opened on.', /^[^\s]+$/, 'an IP address or a host name', { example: '127.0.0.1' })
  HOST: string = '0.0.0.0';

  @WholeNumber('The port of health and metrics; 0 takes a free one.', 0, MAX_PORT)
  MANAGEMENT_PORT: number = 9464;

  @Choice('The least important log lines that are written.', ['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
  LOG_LEVEL: string = 'info';

  @WholeNumber('How long a service that is asked to stop may take to finish what it has begun.', 0, HOUR_MS)
  SHUTDOWN_GRACE_MS: number = 10_000;

  @Optional()
  @HttpUrl('Where traces are sent (OTLP over HTTP). Without it there are none.', { example: 'http://otel-collector:4318' })
  OTEL_EXPORTER_OTLP_ENDPOINT?: string;
}

/** Of services that open or seal secrets and personal data. */
export class SealingConfig {
  @Parsed(
    'The keys that seal secrets and personal data, `id:base64 of 32 bytes`, several separated by commas. The first seals, all open.',
    (text) => Keyring.parse(text),
    { secret: true, example: 'k1:<openssl rand -base64 32>' },
  )
  SEALING_KEYS!: string;
}

/** Of services that search sealed values by keyed hashes. */
export class IndexConfig {
  @Parsed('The key of the hashes by which sealed values are found; changing it loses them.', (text) => IndexKey.parse(text), {
    secret: true,
    example: '<openssl rand -base64 32>',
  })
  INDEX_KEY!: string;
}

/** Of services that call Lever or Certn. */
export class VendorConfig {
  @HttpUrl("The base URL of Lever's API.")
  LEVER_API_URL: string = 'https://api.lever.co/v1';

  @Optional()
  @HttpUrl("Takes the place of the region's host of Certn's API, for a stand-in or a region not yet known.", {
    example: 'https://api.ca.certn.co',
  })
  CERTN_API_URL?: string;

  @WholeNumber('How long one call to a vendor may take.', 100, HOUR_MS)
  VENDOR_TIMEOUT_MS: number = 10_000;

  @Text('What Lever allows per API key; services take their shares of it.', LIMIT, LIMIT_WORDS)
  LEVER_LIMIT: string = '10/s burst 20';

  @Text('What Certn allows per API key; services take their shares of it.', LIMIT, LIMIT_WORDS)
  CERTN_LIMIT: string = '60/min 7220/day';
}
