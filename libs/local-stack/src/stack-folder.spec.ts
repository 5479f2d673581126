import fs from 'node:fs';
import path from 'node:path';
import { IndexKey } from '@lever-certn/sealing/index-key';
import { Keyring } from '@lever-certn/sealing/keyring';
import { StackFolder } from './stack-folder';
import { temporaryFolder } from './temporary-folder.fixture';

describe('the folder of a stack', () => {
  const dir = temporaryFolder();

  it('makes secrets once, that services take and only their owner can read', () => {
    const secrets = new StackFolder(dir()).secrets();
    expect(() => Keyring.parse(secrets.sealingKeys)).not.toThrow();
    expect(() => IndexKey.parse(secrets.indexKey)).not.toThrow();
    expect(secrets.adminPassword.length).toBeGreaterThanOrEqual(12);
    expect(fs.statSync(path.join(dir(), 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(new StackFolder(dir()).secrets()).toEqual(secrets);
  });

  it('does not make new secrets over damaged ones, since the data is sealed with them', () => {
    fs.writeFileSync(path.join(dir(), 'secrets.json'), '{');
    expect(() => new StackFolder(dir()).secrets()).toThrow(/secrets\.json is damaged/);
  });

  it('describes what runs, and takes the description away', () => {
    const folder = new StackFolder(dir());
    const description = { ready: true, processes: [], brokers: 'b:1', databaseUrl: 'mysql://root@d:2', topicPrefix: '' };
    folder.describe(description);
    expect(JSON.parse(fs.readFileSync(path.join(dir(), 'stack.json'), 'utf8'))).toEqual(description);
    folder.removeDescription();
    expect(folder.description()).toBeUndefined();
  });
});
