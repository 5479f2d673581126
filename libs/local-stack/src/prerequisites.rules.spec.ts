import { missingPrerequisites, serverSources, type Machine } from './prerequisites.rules';

const BARE: Machine = {
  nodeVersion: '20.19.0',
  platform: 'linux',
  docker: false,
  javaMajor: 17,
  maven: true,
  mariadbInMaven: true,
  brokerGiven: false,
  databaseGiven: false,
};

const whats = (machine: Partial<Machine>) => missingPrerequisites({ ...BARE, ...machine }).map(({ what }) => what);
const cures = (machine: Partial<Machine>) => missingPrerequisites({ ...BARE, ...machine }).map(({ cure }) => cure);

describe('what the local stack needs', () => {
  it.each<[string, Partial<Machine>]>([
    ['Java 17 and Maven', {}],
    ['a newer Java', { javaMajor: 25 }],
    ['a newer Node', { nodeVersion: '24.0.0' }],
    ['a Docker engine and neither Java nor Maven', { docker: true, javaMajor: 0, maven: false }],
    ['a broker and a database that are given', { brokerGiven: true, databaseGiven: true, javaMajor: 0, maven: false }],
    ['a database that is given, where Maven Central has none', { databaseGiven: true, mariadbInMaven: false }],
  ])('starts with %s', (_, machine) => {
    expect(missingPrerequisites({ ...BARE, ...machine })).toEqual([]);
  });

  it.each<[string, Partial<Machine>, RegExp]>([
    ['an old Node', { nodeVersion: '20.18.3' }, /Node 20\.19 or newer is needed; this is 20\.18\.3/],
    ['a much older Node', { nodeVersion: '18.20.0' }, /Node 20\.19/],
    ['no Java and no Docker', { javaMajor: 0 }, /Java 17 or newer is needed for the broker, since no Docker engine answers/],
    ['an old Java', { javaMajor: 11 }, /this is Java 11/],
    ['no Maven', { maven: false }, /Maven is needed/],
    ['no Java where only the database is given', { databaseGiven: true, javaMajor: 0 }, /Java 17/],
    ['a machine for which Maven Central has no MariaDB', { mariadbInMaven: false }, /no database for this kind of machine/],
  ])('says of %s one thing, with its cure', (_, machine, what) => {
    expect(whats(machine)).toEqual([expect.stringMatching(what)]);
    expect(cures(machine)[0]).toMatch(/\S/);
  });

  it('says all that is missing at once', () => {
    expect(whats({ nodeVersion: '16.0.0', javaMajor: 0, maven: false })).toHaveLength(3);
  });

  it.each([
    ['linux', 'sudo apt-get install -y maven'],
    ['darwin', 'brew install maven'],
    ['win32', 'scoop install maven'],
  ])('names a command of %s', (platform, command) => {
    expect(cures({ platform, maven: false })).toEqual([expect.stringContaining(command)]);
  });

  it('takes each server from where it is given, then from Docker, then from Maven', () => {
    expect(serverSources(BARE)).toEqual({ broker: 'maven', database: 'maven' });
    expect(serverSources({ ...BARE, docker: true, databaseGiven: true })).toEqual({ broker: 'docker', database: 'given' });
  });
});
