import { Injectable } from '@nestjs/common';
import { CertnClient, type CertnAccess } from '@lever-certn/certn/certn.client';
import { SECRET_FIELD, type CertnRegion, type CertnSettings } from '@lever-certn/events/team-settings';
import { accountFingerprint } from '@lever-certn/sealing/index-key';
import { Keyring } from '@lever-certn/sealing/keyring';
import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import type { Author } from '../audit/audit.store';
import { Problem } from '../http/problem';
import { problemOfVendor } from '../http/vendor-problem';
import type { ConnectionTestAnswer } from './answers';
import { connectionCure } from './connection-cures.rules';
import { ConnectionTestsStore } from './connection-tests.store';
import type { ConnectionState } from './connections.store';
import { KnownRecords } from './known-records';
import { certnPermissions } from './permissions.rules';
import { secretsAfter, type SecretWish } from './secrets';
import { markOf, type TeamRecord } from './team-record';
import { TeamsStore } from './teams.store';
import { CertnPace } from './vendor-paces';

/** What a person wants changed of the Certn connection. What is left out stays. */
export interface CertnWish {
  apiKey?: string;
  region?: CertnRegion;
  webhookSecrets?: SecretWish[];
  /** `null` takes it away. */
  keyExpiresAt?: string | null;
}

/** A team's Certn connection: tested before it is saved. */
@Injectable()
export class CertnSetup {
  constructor(
    private readonly client: CertnClient,
    private readonly pace: CertnPace,
    private readonly teams: TeamsStore,
    private readonly tests: ConnectionTestsStore,
    private readonly known: KnownRecords,
    private readonly keyring: Keyring,
  ) {}

  /** Saves. @throws Problem `key-refused`, `permission-missing`, `other-account`, `invalid` */
  async save(author: Author, teamId: string, wish: CertnWish): Promise<TeamRecord> {
    const before = await this.teams.require(teamId);
    const access = this.accessAfter(before, wish);
    const asksCertn = wish.apiKey !== undefined || wish.region !== undefined;
    const failure = asksCertn ? await this.failureOf(access) : undefined;
    if (failure && failure.kind !== 'unavailable' && failure.kind !== 'rate-limited') throw problemOfVendor(failure);
    if (asksCertn && !failure) await this.requireSameAccount(before, access);
    const saved = await this.teams.change(author, teamId, (record) => this.changed(record, wish, access));
    if (asksCertn) await this.keep(saved, access, failure);
    return saved;
  }

  /** Tries to read cases, and says what was seen of orders. `unasked`: while Certn is away, what was found before stays. */
  async test(teamId: string, how: { unasked?: boolean } = {}): Promise<ConnectionTestAnswer> {
    const record = await this.teams.require(teamId);
    const access = this.accessOf(record);
    if (!access) throw new Problem('not-set-up', { detail: 'No Certn key is saved.', cure: 'Save an API key first.' });
    return this.keep(record, access, await this.failureOf(access), how);
  }

  private async keep(
    { settings: { teamId }, notes }: TeamRecord,
    access: CertnAccess,
    failure: VendorError | undefined,
    how: { unasked?: boolean } = {},
  ): Promise<ConnectionTestAnswer> {
    const kind = failure?.kind ?? null;
    const permissions = certnPermissions({ cases: kind }, await this.known.certnOrders(teamId, notes.certnKey?.setAt));
    const broken = kind === 'unauthorized' || permissions.some(({ state }) => state === 'missing');
    const state: ConnectionState = broken ? 'broken' : kind ? 'unknown' : 'ok';
    const reason = broken && kind !== 'unauthorized' ? 'forbidden' : kind;
    const cure = connectionCure('certn', state, reason);
    const result = { state, reason, cure, checkedAt: new Date().toISOString(), permissions, triggerStage: null };
    const account = accountFingerprint('certn', access.apiKey);
    if (!(how.unasked && state === 'unknown')) await this.tests.keep({ teamId, vendor: 'certn', account, result });
    return result;
  }

  /** The key and region of a team, opened. */
  accessOf({ settings: { teamId, certn } }: TeamRecord): CertnAccess | undefined {
    if (!certn) return undefined;
    return {
      apiKey: this.keyring.open(certn.apiKey, { teamId, recordId: 'certn', field: SECRET_FIELD }),
      region: certn.region,
    };
  }

  private accessAfter(before: TeamRecord, wish: CertnWish): CertnAccess {
    const saved = this.accessOf(before);
    const apiKey = wish.apiKey ?? saved?.apiKey;
    const region = wish.region ?? saved?.region;
    if (apiKey !== undefined && region !== undefined) return { apiKey, region };
    const field = apiKey === undefined ? 'apiKey' : 'region';
    throw new Problem('invalid', {
      detail: 'The first save needs the key and its region.',
      cure: 'Send `apiKey` and `region` with the first save.',
      more: { errors: [{ field, message: 'is needed with the first save' }] },
    });
  }

  private async failureOf(access: CertnAccess): Promise<VendorError | undefined> {
    const account = accountFingerprint('certn', access.apiKey);
    try {
      await this.pace.take(account);
      await this.client.casePage(access, {}, 1, 1);
      return undefined;
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      if (error.kind === 'rate-limited') this.pace.empty(account);
      return error;
    }
  }

  /** A new key is tried on the case of an open check: one that can't read it belongs to another account or region. */
  private async requireSameAccount(before: TeamRecord, access: CertnAccess): Promise<void> {
    const account = accountFingerprint('certn', access.apiKey);
    if (before.settings.certn?.account === account && before.settings.certn.region === access.region) return;
    const caseId = await this.known.openCase(before.settings.teamId);
    if (caseId === undefined) return;
    try {
      await this.pace.take(account);
      await this.client.case(access, caseId);
    } catch (error) {
      if (!(error instanceof VendorError)) throw error;
      if (error.kind === 'unavailable' || error.kind === 'rate-limited') return;
      throw new Problem(
        'other-account',
        {
          detail: 'This key can not read the case of a check that is under way.',
          cure: 'Take a key of the same Certn account and region, or wait until the open checks are over.',
        },
        { cause: error },
      );
    }
  }

  private changed(
    { settings, notes }: TeamRecord,
    wish: CertnWish,
    access: CertnAccess,
  ): ReturnType<Parameters<TeamsStore['change']>[2]> {
    const now = new Date().toISOString();
    const { teamId } = settings;
    const before = settings.certn;
    const secrets = secretsAfter(
      wish.webhookSecrets ?? (before?.webhookSecrets ?? []).map(({ id }) => ({ id })),
      before?.webhookSecrets ?? [],
      {
        teamId,
        keyring: this.keyring,
        field: 'webhookSecrets',
        now,
      },
    );
    const expires = wish.keyExpiresAt === undefined ? before?.keyExpiresAt : (wish.keyExpiresAt ?? undefined);
    const certn: CertnSettings = {
      account: accountFingerprint('certn', access.apiKey),
      apiKey:
        wish.apiKey === undefined && before
          ? before.apiKey
          : this.keyring.seal(access.apiKey, { teamId, recordId: 'certn', field: SECRET_FIELD }),
      region: access.region,
      webhookSecrets: secrets.secrets,
      ...(expires ? { keyExpiresAt: new Date(expires).toISOString() } : {}),
    };
    return {
      settings: { ...settings, certn },
      notes: {
        ...notes,
        ...(wish.apiKey === undefined ? {} : { certnKey: markOf(access.apiKey, now) }),
        secrets: { ...notes.secrets, ...secrets.marks },
      },
      audit: {
        action: 'certn-saved',
        detail: {
          apiKey: wish.apiKey === undefined ? 'kept' : 'replaced',
          region: certn.region,
          webhookSecrets: wish.webhookSecrets === undefined ? 'kept' : `${secrets.secrets.length} in force`,
        },
      },
    };
  }
}
