import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { repositoryRoot } from './folders';
import { temporaryFolder } from './temporary-folder.fixture';

const PROGRAMS = { java: `echo 'openjdk version "17.0.1"' >&2`, mvn: 'exit 0' };
const JAVA = [
  'Java 17 or newer is needed for the broker, since no Docker engine answers.',
  expect.stringMatching(/^ {2}Run: (sudo apt-get|brew|winget) install .*(openjdk|Temurin)\S* \(or start Docker\)$/),
];
const MAVEN = [
  'Maven is needed to fetch the broker and the database, since no Docker engine answers.',
  expect.stringMatching(/^ {2}Run: (sudo apt-get|brew|scoop) install .*maven \(or start Docker\)$/),
];

/** Where this machine has a program that npm cannot do without. */
function placeOf(program: string): string {
  return spawnSync('/bin/sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
}

/** The program of a person, on a machine that has these programs and no others. */
describe('npm start where something is missing', () => {
  const folder = temporaryFolder();
  const stackDir = () => path.join(folder(), 'stack');
  let child: ChildProcess | undefined;
  // One that starts after all leads a group of its own, which ends with the test.
  afterEach(() => {
    if (child && child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGKILL');
  });

  async function start(programs: (keyof typeof PROGRAMS)[], more: NodeJS.ProcessEnv = {}) {
    const bin = path.join(folder(), 'bin');
    fs.mkdirSync(bin);
    for (const needed of ['sh', 'npm']) fs.symlinkSync(fs.realpathSync(placeOf(needed)), path.join(bin, needed));
    fs.symlinkSync(process.execPath, path.join(bin, 'node'));
    for (const name of programs) fs.writeFileSync(path.join(bin, name), `#!/bin/sh\n${PROGRAMS[name]}\n`, { mode: 0o755 });
    const env = { PATH: bin, HOME: process.env.HOME, STACK_DIR: stackDir(), ...more };
    const npm = spawn(path.join(bin, 'npm'), ['start'], {
      ...{ cwd: repositoryRoot, env, detached: true },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = npm;
    let text = '';
    for (const stream of [npm.stdout, npm.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const code = await new Promise<number | null>((resolve) => npm.once('close', resolve));
    const said = text.split('\n').filter((line) => line !== '' && !/^(> |npm )/.test(line));
    return { code, said };
  }

  it.each<[string, (keyof typeof PROGRAMS)[], unknown[]]>([
    ['Java', ['mvn'], JAVA],
    ['Maven', ['java'], MAVEN],
    ['Java and Maven', [], [...JAVA, ...MAVEN]],
  ])(
    'says of %s the command that brings it, and nothing else, ends with 78 and leaves nothing behind',
    async (_, there, lines) => {
      await expect(start(there)).resolves.toEqual({ code: 78, said: lines });
      expect(fs.existsSync(path.join(stackDir(), 'run.json'))).toBe(false);
    },
  );

  it('says of an old Node which one is needed and the command that brings it', async () => {
    const old = path.join(folder(), 'old-node.cjs');
    fs.writeFileSync(
      old,
      `Object.defineProperty(process.versions, 'node', { value: '20.18.3' }); Object.defineProperty(process, 'version', { value: 'v20.18.3' });`,
    );
    await expect(start(['java', 'mvn'], { NODE_OPTIONS: `--require=${old}` })).resolves.toEqual({
      code: 78,
      said: [expect.stringMatching(/^Node 20\.19 or newer is needed; this is v20\.18\.3\. .* run: nvm install 24$/)],
    });
    expect(fs.existsSync(stackDir())).toBe(false);
  });
});
