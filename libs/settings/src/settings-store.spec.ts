import { Keyring } from '@lever-certn/sealing/keyring';
import { SettingsStore } from './settings-store';
import type { Team } from './team';
import { sealedSettings } from './team-settings.fixture';

const key = (fill: number): string => Buffer.alloc(32, fill).toString('base64');
const keyring = Keyring.parse(`k1:${key(1)}`);
const rotated = Keyring.parse(`k2:${key(2)},k1:${key(1)}`);

describe('the settings of teams', () => {
  let store: SettingsStore;
  let changes: [Team | undefined, Team | undefined][];
  beforeEach(() => {
    store = new SettingsStore(keyring);
    changes = [];
    store.onChange((team, before) => changes.push([team, before]));
  });

  it('open every secret', () => {
    const settings = sealedSettings(keyring, { teamId: 'one' }, { signatureTokens: ['s1', 's2'], webhookSecrets: ['w1', 'w2'] });
    expect(store.put(settings)).toBe('changed');
    expect(store.team('one')).toMatchObject({
      lever: { apiKey: 'lever-key', signatureTokens: ['s1', 's2'], triggerStage: { id: 'stage-1' } },
      certn: { apiKey: 'certn-key', region: 'ca', webhookSecrets: ['w1', 'w2'] },
    });
  });

  it('stand without any connection', () => {
    store.put(sealedSettings(keyring, { teamId: 'one', lever: undefined, certn: undefined }));
    expect(store.team('one')).not.toHaveProperty('lever.apiKey');
    expect([...store.all()].map(({ teamId }) => teamId)).toEqual(['one']);
  });

  it('are found by integration and by account, as they are now', () => {
    store.put(sealedSettings(keyring, { teamId: 'one' }));
    store.put(sealedSettings(keyring, { teamId: 'two' }));
    expect(store.byIntegration('integration-of-one')?.teamId).toBe('one');
    expect(store.teamsOfAccount('certn', 'certn-certn-key').map(({ teamId }) => teamId)).toEqual(['one', 'two']);
    store.put(sealedSettings(keyring, { teamId: 'one', version: 2, integrationId: 'new' }, { certnKey: 'other' }));
    expect(store.byIntegration('integration-of-one')).toBeUndefined();
    expect(store.byIntegration('new')?.version).toBe(2);
    expect(store.teamsOfAccount('certn', 'certn-certn-key').map(({ teamId }) => teamId)).toEqual(['two']);
    expect(store.teamsOfAccount('certn', 'certn-other').map(({ teamId }) => teamId)).toEqual(['one']);
    expect(store.teamsOfAccount('lever', 'certn-other')).toEqual([]);
  });

  it('are the newest, in whatever order they come', () => {
    store.put(sealedSettings(keyring, { teamId: 'one', version: 3, name: 'three' }));
    expect(store.put(sealedSettings(keyring, { teamId: 'one', version: 2, name: 'two' }))).toBe('older');
    expect(store.put(sealedSettings(keyring, { teamId: 'one', version: 3, name: 'again' }))).toBe('older');
    expect(store.team('one')?.name).toBe('three');
    expect(changes).toHaveLength(1);
  });

  it('tell of each change with what was before', () => {
    store.put(sealedSettings(keyring, { teamId: 'one' }));
    store.put(sealedSettings(keyring, { teamId: 'one', version: 2 }));
    store.remove('one');
    expect(changes.map(([team, before]) => [team?.version, before?.version])).toEqual([
      [1, undefined],
      [2, 1],
      [undefined, 2],
    ]);
  });

  it('of a team that is gone are gone from everywhere', () => {
    store.put(sealedSettings(keyring, { teamId: 'one' }));
    expect(store.remove('one')).toBe('gone');
    expect(store.team('one')).toBeUndefined();
    expect(store.byIntegration('integration-of-one')).toBeUndefined();
    expect(store.teamsOfAccount('lever', 'lever-lever-key')).toEqual([]);
    expect(store.remove('never-there')).toBe('gone');
    expect(changes).toHaveLength(2);
  });

  it('that can not be opened leave the last good ones in force, and say so until better ones come', () => {
    store.put(sealedSettings(keyring, { teamId: 'one', name: 'good' }));
    expect(store.put(sealedSettings(rotated, { teamId: 'one', version: 2 }))).toBe('unopened');
    expect(store.team('one')).toMatchObject({ version: 1, name: 'good' });
    expect(store.unopened()).toEqual(['one']);
    expect(store.isUnopened('integration-of-one')).toBe(false);
    store.put(sealedSettings(keyring, { teamId: 'one', version: 3 }));
    expect(store.unopened()).toEqual([]);
    expect(store.team('one')?.version).toBe(3);
  });

  it('that could never be opened are not taken for no team at all', () => {
    store.put(sealedSettings(rotated, { teamId: 'one' }));
    expect(store.byIntegration('integration-of-one')).toBeUndefined();
    expect(store.isUnopened('integration-of-one')).toBe(true);
    expect(store.isUnopened('unknown')).toBe(false);
    store.remove('one');
    expect(store.isUnopened('integration-of-one')).toBe(false);
  });

  it('with one secret moved from another team are not opened', () => {
    const stolen = sealedSettings(keyring, { teamId: 'two' }).lever!;
    expect(store.put(sealedSettings(keyring, { teamId: 'one', lever: stolen }))).toBe('unopened');
  });

  it('open with any key of the ring', () => {
    const store = new SettingsStore(rotated);
    store.put(sealedSettings(keyring, { teamId: 'one' }));
    store.put(sealedSettings(rotated, { teamId: 'two' }));
    expect([...store.all()].map(({ teamId }) => teamId)).toEqual(['one', 'two']);
  });

  it('that nobody can read leave the last good ones in force', () => {
    store.put(sealedSettings(keyring, { teamId: 'one' }));
    expect(store.unreadable('one')).toBe('unreadable');
    expect(store.team('one')?.version).toBe(1);
    expect(store.unopened()).toEqual(['one']);
  });

  it('keep an integration that moved to another team', () => {
    store.put(sealedSettings(keyring, { teamId: 'one', integrationId: 'shared' }));
    store.put(sealedSettings(keyring, { teamId: 'two', integrationId: 'shared' }));
    store.remove('one');
    expect(store.byIntegration('shared')?.teamId).toBe('two');
  });
});
