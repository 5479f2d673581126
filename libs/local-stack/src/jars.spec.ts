import fs from 'node:fs';
import path from 'node:path';
import { fetchJars, mariadbPlatform } from './jars';
import { temporaryFolder } from './temporary-folder.fixture';

/** What Maven does, as far as we can see: prints, and fills the folder that `-Dstack.output` names. */
const MAVEN = `
for argument in "$@"; do case "$argument" in -Dstack.output=*) output="\${argument#*=}" ;; esac; done
echo called >> "$CALLS"
mkdir -p "$output/kafka" "$output/mariadb/deep/linux/bin"
echo 'Downloading from central: https://repo.example.com/a/b.jar'
printf 'Progress (1): 4.1/149 MB\\r'
`;

describe('the programs of broker and database', () => {
  const folder = temporaryFolder();
  const before = { ...process.env };
  afterEach(() => {
    process.env.PATH = before.PATH;
    delete process.env.CALLS;
  });

  const calls = () => fs.readFileSync(process.env.CALLS!, 'utf8').split('\n').length - 1;
  const programs = () => path.join(folder(), 'programs');
  const maven = (rest: string) => {
    process.env.CALLS = path.join(folder(), 'calls');
    process.env.PATH = `${folder()}:${before.PATH}`;
    fs.writeFileSync(path.join(folder(), 'mvn'), `#!/bin/sh\n${MAVEN}\n${rest}\n`, { mode: 0o755 });
  };

  it('are fetched once, with progress', async () => {
    maven('touch "$output/mariadb/deep/linux/bin/mariadbd"');
    const said: string[] = [];
    const fetched = await fetchJars((line) => said.push(line), programs());
    expect(fetched.mariadbBase).toMatch(/deep\/linux$/);
    expect(fetched.kafkaClasspath).toMatch(/kafka\/\*$/);
    expect(fs.statSync(path.join(fetched.mariadbBase, 'bin', 'mariadbd')).mode & 0o111).not.toBe(0);
    expect(said).toEqual([expect.stringContaining('b.jar')]);
    expect(await fetchJars(undefined, programs())).toEqual(fetched);
    expect(calls()).toBe(1);
  });

  it('are not taken for whole after a fetch that broke off, whose words are passed on', async () => {
    maven('echo "[ERROR] Could not resolve dependencies"; exit 1');
    await expect(fetchJars(undefined, programs())).rejects.toThrow(/Could not resolve dependencies/);
    expect(fs.readdirSync(programs())).toEqual([]);
    maven('touch "$output/mariadb/deep/linux/bin/mariadbd"');
    await fetchJars(undefined, programs());
    expect(calls()).toBe(2);
  });

  it('of a fetch that was killed are removed by the next', async () => {
    const left = path.join(programs(), `fetch-${2 ** 22 + 1}-1`);
    fs.mkdirSync(left, { recursive: true });
    maven('touch "$output/mariadb/deep/linux/bin/mariadbd"');
    await fetchJars(undefined, programs());
    expect(fs.existsSync(left)).toBe(false);
  });

  it('come whole to both of two who fetch at the same time', async () => {
    maven('sleep 0.3; touch "$output/mariadb/deep/linux/bin/mariadbd"');
    const [one, other] = await Promise.all([fetchJars(undefined, programs()), fetchJars(undefined, programs())]);
    expect(one).toEqual(other);
    expect(fs.existsSync(path.join(one.mariadbBase, 'bin', 'mariadbd'))).toBe(true);
  });

  it('say what to do where Maven cannot be started', async () => {
    process.env.PATH = folder();
    await expect(fetchJars(undefined, programs())).rejects.toThrow('Maven (`mvn`) could not be started');
  });

  it.each([
    ['linux', 'x64', 'linux64'],
    ['darwin', 'arm64', 'macos-arm64'],
    ['linux', 'arm64', undefined],
  ])('on %s %s are those of %s', (platform, arch, name) => {
    expect(mariadbPlatform(platform, arch)).toBe(name);
  });
});
