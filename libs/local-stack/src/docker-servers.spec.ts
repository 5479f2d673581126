import fs from 'node:fs';
import path from 'node:path';
import { DockerServers } from './docker-servers';
import { temporaryFolder } from './temporary-folder.fixture';

describe('servers in Docker', () => {
  const folder = temporaryFolder();
  const before = process.env.PATH;
  afterEach(() => {
    process.env.PATH = before;
  });

  /** A `docker` that writes down how it was called. */
  const docker = (script: string) => {
    const program = `#!/bin/sh\necho "$BROKER_PORT $DATABASE_PORT $*" >> "${folder()}/calls"\n${script}\n`;
    fs.writeFileSync(path.join(folder(), 'docker'), program, { mode: 0o755 });
    process.env.PATH = `${folder()}:${before}`;
  };
  const calls = () => fs.readFileSync(path.join(folder(), 'calls'), 'utf8').trimEnd().split('\n');
  const servers = (stack = '/one', names: ('broker' | 'database')[] = ['broker', 'database']) =>
    new DockerServers(stack, names, { broker: 20_001, database: 20_002 });

  it('come up from docker-compose.yml on the ports of the stack, stop with their data kept, and go with their data', async () => {
    docker('echo " Container broker Started" >&2');
    const said: string[] = [];
    await servers().up((line) => said.push(line));
    await servers().stop();
    await servers().remove();
    expect(said).toEqual(['Container broker Started']);
    expect(calls()).toEqual([
      expect.stringMatching(/^20001 20002 compose -p lever-certn-\w{8} -f \S+docker-compose\.yml up -d --wait broker database$/),
      expect.stringMatching(/ stop broker database$/),
      expect.stringMatching(/ down --volumes --timeout 5$/),
    ]);
  });

  it('of two stacks are two projects', async () => {
    docker('');
    await servers('/one', ['broker']).up(() => undefined);
    await servers('/two', ['broker']).up(() => undefined);
    const [one, two] = calls().map((call) => /-p (\S+)/.exec(call)?.[1]);
    expect(one).not.toBe(two);
  });

  it('say in the words of Docker why they do not come up', async () => {
    docker('echo "pull access denied" >&2; exit 1');
    await expect(servers().up(() => undefined)).rejects.toThrow(
      'Docker could not start broker and database:\n  pull access denied',
    );
  });
});
