import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { encodeRecord, type EncodedRecord, type RecordToEncode } from './record-encoding';

const original = jest.requireActual<(record: RecordToEncode) => EncodedRecord>(
  'kafkajs/src/protocol/recordBatch/record/v0/index.js',
);

const HEADERS = {
  'content-type': 'application/json',
  ce_specversion: '1.0',
  ce_type: 'lever-certn.stage-changed.v1',
  ce_id: 'id-1',
  ce_time: '2026-01-01T00:00:00.000Z',
};

describe('a record', () => {
  it.each<[string, RecordToEncode]>([
    ['an event of ours', { key: 'opp-1', value: Buffer.from('{"teamId":"team-1"}'), headers: HEADERS, offsetDelta: 7 }],
    ['a tombstone', { key: 'team-1', value: null, headers: {} }],
    ['no key', { key: null, value: Buffer.from('x'), headers: {} }],
    ['nothing at all', {}],
    ['an empty value', { key: '', value: Buffer.alloc(0), headers: { empty: '' } }],
    ['text as value', { key: Buffer.from('k'), value: 'ümläut 𝒳' }],
    [
      'characters of several bytes everywhere',
      { key: 'Zoë', value: Buffer.from('ß'), headers: { ä: 'é', binary: Buffer.from([0, 255, 128]) } },
    ],
    ['a header given twice', { key: 'k', value: 'v', headers: { twice: ['one', Buffer.from('two')], once: 'x' } }],
    ['a long header', { key: 'k', value: 'v', headers: { long: 'x'.repeat(300) } }],
    ['a value of 800 KB', { key: 'k', value: Buffer.alloc(800_000, 1), headers: HEADERS }],
    ...[0, 1, 63, 64, 127, 128, 8191, 8192, 16_383, 1_048_575, 2_147_483_647].map((delta): [string, RecordToEncode] => [
      `offset and time ${delta} after the first`,
      { key: 'k', value: 'v', offsetDelta: delta & 0x3fffffff, timestampDelta: delta },
    ]),
    ['a time years after the first', { key: 'k', value: 'v', timestampDelta: 1_700_000_000_000 }],
  ])('has the bytes that kafkajs gives it: %s', (_what, record) => {
    for (let again = 0; again < 2; again += 1) {
      const encoded = encodeRecord(record);
      expect(encoded.buffer.equals(original(record).buffer)).toBe(true);
      expect(encoded.size()).toBe(original(record).size());
    }
  });

  it('of headers that never repeat does not fill the memory of those that do', () => {
    for (let index = 0; index < 1000; index += 1) {
      const record = { key: 'k', value: 'v', headers: { 'x-unique': `value ${index}` } };
      expect(encodeRecord(record).buffer.equals(original(record).buffer)).toBe(true);
    }
  });

  it('is encoded so by every client that this library makes', () => {
    const program = `
      require(${JSON.stringify(path.join(__dirname, 'kafka-client.ts'))});
      const { encodeRecord } = require(${JSON.stringify(path.join(__dirname, 'record-encoding.ts'))});
      process.stdout.write(String(require('kafkajs/src/protocol/recordBatch/record/v0') === encodeRecord));`;
    const flags = ['-C', '@lever-certn/source', '-r', path.join(__dirname, '../../../tools/swc-register.cjs'), '-e', program];
    expect(execFileSync(process.execPath, flags, { cwd: __dirname, encoding: 'utf8' })).toBe('true');
  });
});
