import fs from 'node:fs';
import path from 'node:path';
import { lastLines } from './log-tail';
import { temporaryFolder } from './temporary-folder.fixture';

describe('the end of a log', () => {
  const folder = temporaryFolder();
  const written = (...lines: string[]) => {
    const file = path.join(folder(), 'service.log');
    fs.writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  };

  it('is its last lines', () => {
    expect(lastLines(written('one', 'two', 'three'), 2)).toBe('two\nthree');
  });

  it('leaves out stack frames', () => {
    expect(lastLines(written('Error: no port', '    at Server.listen (node:net:1)', '\t... 6 more'))).toBe('Error: no port');
  });

  it('puts JSON lines into words, with what is wrong in a configuration', () => {
    const line = JSON.stringify({ level: 'fatal', message: 'ingress does not start', problems: ['PORT is not set'] });
    expect(lastLines(written(line))).toBe('fatal ingress does not start\n  PORT is not set');
  });

  it('is nothing where there is no log', () => {
    expect(lastLines(path.join(folder(), 'none.log'))).toBe('');
  });
});
