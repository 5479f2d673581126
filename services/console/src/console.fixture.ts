import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { CertnClient } from '@lever-certn/certn/certn.client';
import { openDatabase, type Database } from '@lever-certn/database/database';
import { Outbox } from '@lever-certn/database/outbox';
import type { Command } from '@lever-certn/events/command';
import type { TeamSettings } from '@lever-certn/events/team-settings';
import { TOPICS } from '@lever-certn/events/topics';
import { LeverClient } from '@lever-certn/lever/lever.client';
import { IndexKey } from '@lever-certn/sealing/index-key';
import { Keyring } from '@lever-certn/sealing/keyring';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ReadModelStore } from './candidates/read-model.store';
import { ConsoleConfig } from './config';
import type { Foundations } from './console-parts';
import { openApp } from './http/open-app';
import { bootstrapOwner } from './people/bootstrap-owner';
import { Passwords } from './people/passwords';
import { PeopleStore } from './people/people.store';
import { MIGRATIONS } from './schema/migrations';
import { newestSettings } from './teams/teams.store';
import { CertnPace, LeverPace } from './teams/vendor-paces';
import { FakeVendors } from './vendors.fixture';

/** Keys of specs. */
export const SPEC_KEYRING = Keyring.parse(`k1:${Buffer.alloc(32, 1).toString('base64')}`);
export const SPEC_INDEX_KEY = IndexKey.parse(Buffer.alloc(32, 2).toString('base64'));

const PUBLIC_URL = 'http://localhost:8080';
const OWNER = { email: 'owner@example.com', password: 'a password of twelve' };

/** A schema of its own on the real database; `drop` removes it. */
export async function openSpecDatabase(): Promise<{ database: Database; drop: () => Promise<void> }> {
  const url = process.env.DATABASE_URL;
  if (!url) throw new Error('DATABASE_URL is not set: it names the database that real specs run on');
  const schema = `spec_console_${randomBytes(4).toString('hex')}`;
  const database = await openDatabase({ url, schema, migrations: MIGRATIONS });
  const drop = async (): Promise<void> => {
    await database.run(`DROP DATABASE ${schema}`);
    await database.close();
  };
  return { database, drop };
}

/** An answer of the console. */
export interface SpecAnswer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- specs look into answers as they like
  body: any;
  text: string;
  headers: Record<string, string | string[] | number | undefined>;
}

/** Someone who calls the console: by cookie, by token, or as nobody. */
export class SpecCaller {
  constructor(
    private readonly app: NestFastifyApplication,
    readonly headers: Record<string, string> = {},
  ) {}

  /** The same caller with more headers. */
  with(headers: Record<string, string>): SpecCaller {
    return new SpecCaller(this.app, { ...this.headers, ...headers });
  }

  async call(method: string, url: string, body?: object | string, headers: Record<string, string> = {}): Promise<SpecAnswer> {
    const response = await this.app.inject({
      method: method as 'GET',
      url,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...this.headers, ...headers },
      ...(body === undefined ? {} : { payload: body }),
    });
    const isJson = String(response.headers['content-type'] ?? '').includes('json');
    return {
      status: response.statusCode,
      body: isJson ? (JSON.parse(response.body) as unknown) : undefined,
      text: response.body,
      headers: response.headers,
    };
  }

  /** Asks for an answer that goes on; whoever asks destroys the stream. */
  async open(url: string, headers: Record<string, string> = {}): Promise<{ status: number; stream: Readable }> {
    const response = await this.app.inject({
      method: 'GET',
      url,
      headers: { ...this.headers, ...headers },
      payloadAsStream: true,
    });
    return { status: response.statusCode, stream: response.stream() };
  }

  get = (url: string): Promise<SpecAnswer> => this.call('GET', url);
  post = (url: string, body?: object | string): Promise<SpecAnswer> => this.call('POST', url, body);
  put = (url: string, body: object): Promise<SpecAnswer> => this.call('PUT', url, body);
  patch = (url: string, body: object): Promise<SpecAnswer> => this.call('PATCH', url, body);
  delete = (url: string): Promise<SpecAnswer> => this.call('DELETE', url);
}

/** The console on the real database, with stand-ins for the vendors and for the broker. */
export class SpecConsole {
  /** Events in the order in which they were published. */
  readonly published: { topic: string; event: object | null; key?: string }[] = [];
  readonly logged: unknown[] = [];
  brokerAway = false;

  private constructor(
    readonly app: NestFastifyApplication,
    readonly database: Database,
    readonly vendors: FakeVendors,
    readonly config: ConsoleConfig,
    private readonly foundations: Foundations,
    private readonly drop: () => Promise<void>,
  ) {}

  static async open(settings: Partial<ConsoleConfig> = {}): Promise<SpecConsole> {
    return SpecConsole.over(await openSpecDatabase(), settings);
  }

  /** Another copy over the same database; to be closed first. */
  async another(settings: Partial<ConsoleConfig> = {}): Promise<SpecConsole> {
    const { schema } = this.database;
    const database = await openDatabase({ url: process.env.DATABASE_URL!, schema, migrations: MIGRATIONS });
    return SpecConsole.over({ database, drop: () => database.close() }, settings);
  }

  private static async over(
    { database, drop }: { database: Database; drop: () => Promise<void> },
    settings: Partial<ConsoleConfig>,
  ): Promise<SpecConsole> {
    const vendors = new FakeVendors();
    const vendorUrl = await vendors.listen();
    const config = Object.assign(new ConsoleConfig(), {
      PUBLIC_CONSOLE_URL: PUBLIC_URL,
      PUBLIC_INGRESS_URL: 'https://hooks.example.com/',
      BOOTSTRAP_ADMIN_EMAIL: OWNER.email,
      BOOTSTRAP_ADMIN_PASSWORD: OWNER.password,
      BOOTSTRAP_ADMIN_PASSWORD_CHANGE: false,
      CERTN_API_URL: vendorUrl,
      ...settings,
    });
    const box: { console?: SpecConsole } = {};
    const outbox = new Outbox({
      database,
      takeOutLingerMs: 0,
      producer: {
        publish: (topic, event) => box.console!.publish(topic.name, event),
        tombstone: (topic, key) => box.console!.publish(topic.name, null, key),
      },
      newest: newestSettings(database),
    });
    const foundations: Foundations = {
      config,
      database,
      outbox,
      keyring: SPEC_KEYRING,
      indexKey: SPEC_INDEX_KEY,
      lever: new LeverClient({ baseUrl: `${vendorUrl}/v1`, timeoutMs: 2000 }),
      certn: new CertnClient({ urlOverride: vendorUrl, timeoutMs: 2000 }),
      leverPace: new LeverPace({ perSecond: 1000, burst: 1000 }),
      certnPace: new CertnPace({ perSecond: 1000, burst: 1000 }),
    };
    const app = await openApp(foundations, { error: (line) => void box.console?.logged.push(line) });
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    await bootstrapOwner(config, app.get(PeopleStore), app.get(Passwords), { info: () => undefined, warn: () => undefined });
    return (box.console = new SpecConsole(app, database, vendors, config, foundations, drop));
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.foundations.outbox.stop();
    await Promise.all([this.foundations.lever.close(), this.foundations.certn.close()]);
    await this.vendors.close();
    await this.drop();
  }

  nobody(): SpecCaller {
    return new SpecCaller(this.app);
  }

  token(value: string): SpecCaller {
    return new SpecCaller(this.app, { authorization: `Bearer ${value}` });
  }

  async signIn(email = OWNER.email, password = OWNER.password): Promise<SpecCaller> {
    const answer = await this.nobody().post('/api/session', { email, password });
    if (answer.status !== 201) throw new Error(`sign-in of ${email} answered ${answer.status}`);
    return new SpecCaller(this.app, { cookie: cookieOf(answer) });
  }

  /** Makes a person with roles and signs them in. */
  async person(
    owner: SpecCaller,
    roles: Record<string, 'viewer' | 'admin'>,
    isOwner = false,
  ): Promise<SpecCaller & { id: string }> {
    const email = `person-${randomBytes(4).toString('hex')}@example.com`;
    const password = OWNER.password;
    const made = await owner.post('/api/users', {
      email,
      name: 'Ada Example',
      password,
      mustChangePassword: false,
      owner: isOwner,
      roles: Object.entries(roles).map(([teamId, role]) => ({ teamId, role })),
    });
    if (made.status !== 201) throw new Error(`a person could not be made: ${made.text}`);
    return Object.assign(await this.signIn(email, password), { id: made.body.id as string });
  }

  /** The read model, to record what services tell. */
  get readModel(): ReadModelStore {
    return new ReadModelStore(this.database, 0);
  }

  commands(): Command[] {
    return this.published.filter(({ topic }) => topic === TOPICS.commands.name).map(({ event }) => event as Command);
  }

  settings(teamId: string): TeamSettings[] {
    return this.published
      .filter(({ topic }) => topic === TOPICS.teamSettings.name)
      .map(({ event }) => event as TeamSettings)
      .filter((event) => event?.teamId === teamId);
  }

  private publish(topic: string, event: object | null, key?: string): Promise<void> {
    if (this.brokerAway) return Promise.reject(new Error('the broker is away'));
    this.published.push({ topic, event, ...(key ? { key } : {}) });
    return Promise.resolve();
  }
}

/** The items of a list that was answered. */
export function itemsOf<Item = Record<string, unknown>>(answer: SpecAnswer): Item[] {
  return (answer.body as { items: Item[] }).items;
}

/** The cookie that an answer gave. */
export function cookieOf(answer: SpecAnswer): string {
  const header = answer.headers['set-cookie'];
  return String(Array.isArray(header) ? header[0] : header).split(';')[0]!;
}
