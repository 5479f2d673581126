import { loadConfig } from '@lever-certn/config/load-config';
import { DispatcherConfig, parseWaits, timingProblems } from './config';

const environment = {
  KAFKA_BROKERS: '127.0.0.1:9092',
  DATABASE_URL: 'mysql://root@127.0.0.1:3306',
  SEALING_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
  INDEX_KEY: Buffer.alloc(32, 2).toString('base64'),
};

describe("the dispatcher's configuration", () => {
  it('has the waits of the design, which go together', () => {
    const config = loadConfig(DispatcherConfig, environment);
    expect(config).toMatchObject({
      FACTS_FRESH_MS: 900_000,
      ORDER_SEND_WITHIN_MS: 5000,
      VENDOR_TIMEOUT_MS: 10_000,
      CASE_REREAD_MS: 3_600_000,
    });
    expect(parseWaits(config.UNCLEAR_LOOKUPS_MS)).toEqual([30_000, 90_000]);
    expect(parseWaits(config.UNCLEAR_RETRIES_MS)).toEqual([0, 300_000, 1_800_000, 7_200_000]);
    expect(timingProblems(config)).toEqual([]);
  });

  it('is refused where a lookup could come before its call is over', () => {
    const config = loadConfig(DispatcherConfig, { ...environment, UNCLEAR_LOOKUPS_MS: '15000,90000' });
    expect(timingProblems(config)).toEqual([expect.stringContaining('UNCLEAR_LOOKUPS_MS must start after')]);
  });

  it.each(['', 'soon', '1.5', '-1', '2,1', '1,,2', '1,2,3,4,5,6,7,8,9,10,11', '99999999999'])(
    'takes no waits like %p',
    (text) => {
      expect(() => parseWaits(text)).toThrow(/write/);
    },
  );
});
