import fs from 'node:fs';
import path from 'node:path';
import { javaMajorOf, lookAtMachine, PrerequisitesError } from './prerequisites';
import { temporaryFolder } from './temporary-folder.fixture';

describe('looking at the machine', () => {
  const folder = temporaryFolder();
  const program = (name: string, script: string) =>
    fs.writeFileSync(path.join(folder(), name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });

  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['openjdk version "21" 2023-09-19', 21],
    ['java version "1.8.0_402"', 8],
    ['command not found', 0],
  ])('reads the version out of %s', (printed, major) => {
    expect(javaMajorOf(printed)).toBe(major);
  });

  it('finds nothing where nothing is', async () => {
    expect(await lookAtMachine({ PATH: folder() })).toMatchObject({ docker: false, javaMajor: 0, maven: false });
  });

  it('finds Java and Maven, and takes a Docker client without an engine for none', async () => {
    program('java', `echo 'openjdk version "17.0.1"' >&2`);
    program('mvn', 'exit 0');
    program('docker', 'echo "Cannot connect to the Docker daemon" >&2; exit 1');
    expect(await lookAtMachine({ PATH: folder() })).toMatchObject({ docker: false, javaMajor: 17, maven: true });
  });

  it('takes a Docker engine without Compose for none', async () => {
    program('docker', '[ "$1" = info ]');
    expect(await lookAtMachine({ PATH: folder() })).toMatchObject({ docker: false });
    program('docker', 'exit 0');
    expect(await lookAtMachine({ PATH: folder() })).toMatchObject({ docker: true });
  });

  it('asks for nothing where broker and database are given', async () => {
    program('docker', `touch ${folder()}/asked`);
    await lookAtMachine({ PATH: folder(), KAFKA_BROKERS: 'broker:9092', DATABASE_URL: 'mysql://root@database' });
    expect(fs.existsSync(path.join(folder(), 'asked'))).toBe(false);
  });

  it('says each missing thing on a line, and the command that cures it on the next', () => {
    const error = new PrerequisitesError([{ what: 'Maven is needed', cure: 'brew install maven' }]);
    expect(error.message).toBe('Maven is needed.\n  Run: brew install maven');
  });
});
