import { configOf } from './config-parts';
import { configurationPage, envExample } from './configuration-pages';
import { Optional, Text, WholeNumber } from './setting';

class Shared {
  @Text('The key of everything.', /./, 'text', { secret: true, example: '<32 bytes>' })
  MAIN_KEY!: string;

  @WholeNumber('How long, a | b.', 1, 9)
  WAIT_MS: number = 5;
}

class One extends configOf(Shared) {
  @WholeNumber('The port.', 0, 9)
  PORT: number = 1;
}

class Two extends configOf(Shared) {
  @WholeNumber('The port.', 0, 9)
  PORT: number = 2;

  @Optional()
  @Text('A place.', /./, 'text', { example: 'here' })
  PLACE?: string;
}

const services = [
  { name: 'one', config: One },
  { name: 'two', config: Two },
];

describe('the pages made from config classes', () => {
  it('say of each variable its default, its readers and what it decides', () => {
    const rows = configurationPage(services)
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    expect(rows).toEqual([
      '| `MAIN_KEY` | **required** | all | The key of everything. Secret: may also come as the path of a file in `MAIN_KEY_FILE`. Example: `<32 bytes>`. |',
      '| `PLACE` | none | two | A place. Example: `here`. |',
      '| `PORT` | `1` (one), `2` (two) | all | The port. |',
      '| `WAIT_MS` | `5` | all | How long, a \\| b. |',
    ]);
  });

  it('set what is required and comment out the rest', () => {
    expect(envExample(services)).toContain('\nMAIN_KEY="<32 bytes>"\n');
    expect(envExample(services)).toContain('\n# PLACE=here\n');
    expect(envExample(services)).toContain('\n# WAIT_MS=5\n');
  });
});
