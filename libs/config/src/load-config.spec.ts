import { IsOptional, IsPort } from 'class-validator';
import { configOf } from './config-parts';
import { ConfigError, loadConfig } from './load-config';
import { Checked, Choice, Flag, HttpUrl, Optional, Parsed, Text, WholeNumber } from './setting';

class StoreConfig {
  @Text('Where the store is.', /^[a-z]+:\d+$/, 'name:port', { example: 'store:1234' })
  STORE!: string;

  @WholeNumber('Connections.', 1, 50)
  STORE_POOL: number = 10;

  @Text('The password of the store.', /./, 'text', { secret: true })
  STORE_PASSWORD!: string;
}

class WebConfig {
  @WholeNumber('The port.', 0, 65_535)
  PORT: number = 3000;

  @Flag('Speak TLS.')
  TLS: boolean = false;

  @Choice('How loud.', ['info', 'debug'])
  LEVEL: string = 'info';

  @Optional()
  @HttpUrl('Where traces go.')
  TRACES_URL?: string;

  @Optional()
  @Parsed('Keys.', (text) => {
    if (text !== 'good') throw new Error('the key must be 32 bytes in base64');
  })
  SEALING_KEYS?: string;

  @IsOptional()
  @IsPort()
  PLAIN?: string;
}

class AppConfig extends configOf(StoreConfig, WebConfig) {
  @Checked('A limit.', (value) => (value === 'some' ? undefined : 'must be "some"'))
  LIMIT: string = 'some';
}

const GOOD = { STORE: 'store:1', STORE_PASSWORD: 'hunter2hunter2' };
function noFiles(): string {
  throw Object.assign(new Error('no'), { code: 'ENOENT' });
}

function problemsOf(
  environment: Record<string, string | undefined>,
  readFile: (path: string) => string = noFiles,
): readonly string[] {
  try {
    loadConfig(AppConfig, environment, readFile);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
  return [];
}

describe('loading a configuration', () => {
  it('takes defaults from every part and turns text into numbers and flags', () => {
    const config = loadConfig(AppConfig, { ...GOOD, PORT: '0', TLS: 'TRUE', STORE_POOL: ' 7 ', PLAIN: '8080' });
    expect(config).toMatchObject({
      STORE: 'store:1',
      STORE_POOL: 7,
      PORT: 0,
      TLS: true,
      LEVEL: 'info',
      LIMIT: 'some',
      PLAIN: '8080',
    });
  });

  it('counts an empty variable as not set, since compose files pass those', () => {
    expect(loadConfig(AppConfig, { ...GOOD, PORT: '', TRACES_URL: '', TLS: '' })).toMatchObject({ PORT: 3000, TLS: false });
  });

  it('lists every problem at once, each with what to do', () => {
    expect(
      problemsOf({
        STORE: 'nowhere',
        STORE_POOL: '51',
        PORT: '80a',
        TLS: 'perhaps',
        LEVEL: 'loud',
        TRACES_URL: 'ftp://x',
        PLAIN: 'x',
        LIMIT: 'none',
      }),
    ).toEqual([
      'LEVEL must be one of info, debug',
      'LIMIT must be "some"',
      'PLAIN must be a port',
      'PORT must be a whole number from 0 to 65535',
      'STORE must be name:port',
      'STORE_PASSWORD is not set: set STORE_PASSWORD or STORE_PASSWORD_FILE. The password of the store.',
      'STORE_POOL must be a whole number from 1 to 50',
      'TLS must be true or false',
      'TRACES_URL must be a URL that starts with https:// (or http://)',
    ]);
  });

  it('says of what is missing how it could look', () => {
    expect(problemsOf({ STORE_PASSWORD: 'x' })).toEqual([
      'STORE is not set: set STORE, like STORE=store:1234. Where the store is.',
    ]);
  });

  it('never repeats a value, of a secret or of anything else', () => {
    const planted = 'planted-secret-value';
    const problems = problemsOf({
      STORE: planted,
      STORE_POOL: planted,
      SEALING_KEYS: planted,
      LEVEL: planted,
      TRACES_URL: `https://me:${planted}@host`,
      LIMIT: planted,
      PLAIN: planted,
    });
    expect(problems).toHaveLength(8);
    expect(problems.join('\n')).not.toContain(planted);
    expect(problems).toContain("SEALING_KEYS can't be used: the key must be 32 bytes in base64");
    expect(problems).toContain('TRACES_URL must hold no user name and no password');
  });

  describe('secrets in files', () => {
    const withFile = { STORE: 'store:1', STORE_PASSWORD_FILE: '/run/secrets/store' };

    it('reads the file and leaves out the line end that editors put', () => {
      expect(loadConfig(AppConfig, withFile, () => 'from a file\n')).toMatchObject({ STORE_PASSWORD: 'from a file' });
    });

    it.each<[string, Record<string, string>, () => string, string]>([
      [
        'both are set',
        { ...withFile, STORE_PASSWORD: 'x' },
        () => 'y',
        'STORE_PASSWORD and STORE_PASSWORD_FILE are both set: keep one of them',
      ],
      [
        'the file is missing',
        withFile,
        noFiles,
        "STORE_PASSWORD_FILE names a file that can't be read (ENOENT): check its path and its permissions",
      ],
      ['the file is empty', withFile, () => '\n', 'STORE_PASSWORD_FILE names an empty file: put the value into it'],
      [
        'the file is huge',
        withFile,
        () => 'x'.repeat(70_000),
        'STORE_PASSWORD_FILE names a file over 64 KiB: is it the right one?',
      ],
    ])('says so when %s', (_when, environment, readFile, problem) => {
      expect(problemsOf(environment, readFile)).toEqual([problem]);
    });

    it('knows secrets by their names too', () => {
      expect(loadConfig(AppConfig, { ...GOOD, SEALING_KEYS_FILE: '/keys' }, () => 'good')).toMatchObject({
        SEALING_KEYS: 'good',
      });
    });

    it('takes no file for what is no secret', () => {
      expect(loadConfig(AppConfig, { ...GOOD, PORT_FILE: '/port' }, () => '1')).toMatchObject({ PORT: 3000 });
    });
  });
});
