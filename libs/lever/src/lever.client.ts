import { codeOf, fieldsOf, idOf, listOf, textOf } from '@lever-certn/vendor-http/loose-fields';
import { unreadable, VendorPool, type VendorAnswer } from '@lever-certn/vendor-http/vendor-connection';
import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import { readOpportunity, type LeverOpportunity } from './lever-opportunity';

/** Lever's largest page. */
const PAGE_SIZE = 100;
/** Pages read of one list, unless the caller says otherwise. */
export const MAX_PAGES = 100;

/** The vendor's code of a list that did not end within its page limit. */
export const PAGE_LIMIT = 'page-limit';
/** The vendor's code of a 400 that says `perform_as` is missing or wrong: a matter of the team's settings. */
export const PERFORM_AS = 'perform_as';
const STALE_OFFSET = 'stale-offset';

/** A stage of the hiring pipeline; names are free and may occur more than once. */
export interface LeverStage {
  id: string;
  name: string;
}

/** One page of a list; `next` is the offset of the following one. */
export interface LeverPage<Item> {
  items: Item[];
  next: string | null;
}

/** Which opportunities of a stage. */
export interface StageFilter {
  /** Only those advanced since then, epoch milliseconds. */
  advancedSinceMs?: number;
  /** Lever leaves confidential ones out unless asked, and refuses keys without that grant. */
  includeConfidential?: boolean;
  /** 1 to 100. */
  pageSize?: number;
}

export interface LeverClientOptions {
  /** With the version: `https://api.lever.co/v1`. */
  baseUrl: string;
  /** Longest a call may take in all. */
  timeoutMs: number;
  connections?: number;
  maxAnswerBytes?: number;
}

/**
 * Lever's Data API, as far as we need it. Every call takes the team's API key (HTTP Basic, key as user name), does one request (lists: one per page), never
 * tries again, and throws {@link VendorError}.
 */
export class LeverClient {
  private readonly pool: VendorPool;
  private readonly prefix: string;

  constructor({ baseUrl, ...options }: LeverClientOptions) {
    const url = new URL(baseUrl);
    this.prefix = url.pathname.replace(/\/+$/, '');
    this.pool = new VendorPool('lever', { origin: url.origin, errorCode, ...options });
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  /** The opportunity as it is now. */
  async opportunity(apiKey: string, id: string): Promise<LeverOpportunity> {
    const route = '/opportunities/:id';
    const answer = await this.get(apiKey, route, `/opportunities/${encodeURIComponent(id)}`);
    return required(readOpportunity(fieldsOf(answer.body)?.data, answer.dateMs), route, answer);
  }

  /** All stages of the account, in Lever's order. */
  async stages(apiKey: string): Promise<LeverStage[]> {
    return this.all('/stages', MAX_PAGES, async (offset) => {
      const answer = await this.get(apiKey, '/stages', withQuery('/stages', { limit: PAGE_SIZE, offset }));
      return readPage(answer, '/stages', readStage);
    });
  }

  async stage(apiKey: string, id: string): Promise<LeverStage> {
    const answer = await this.get(apiKey, '/stages/:id', `/stages/${encodeURIComponent(id)}`);
    return required(readStage(fieldsOf(answer.body)?.data), '/stages/:id', answer);
  }

  /** Lever's clock, epoch milliseconds, from the `Date` header of a small read; `null` where it sends none. */
  async serverTimeMs(apiKey: string): Promise<number | null> {
    return (await this.get(apiKey, '/stages', withQuery('/stages', { limit: 1 }))).dateMs;
  }

  /** One page of the unarchived opportunities that stand in a stage. A stale offset throws with code `stale-offset`: start again without one. */
  async opportunityPage(
    apiKey: string,
    stageId: string,
    filter: StageFilter,
    offset: string | null,
  ): Promise<LeverPage<LeverOpportunity>> {
    const query = {
      stage_id: stageId,
      archived: 'false',
      advanced_at_start: filter.advancedSinceMs,
      confidentiality: filter.includeConfidential ? 'all' : undefined,
      limit: filter.pageSize ?? PAGE_SIZE,
      offset,
    };
    const answer = await this.get(apiKey, '/opportunities', withQuery('/opportunities', query));
    return readPage(answer, '/opportunities', (json) => readOpportunity(json, answer.dateMs));
  }

  /**
   * All unarchived opportunities that stand in a stage, page by page. Throws with code `page-limit` after `maxPages`. `beforePage` is awaited before each
   * request, for a caller that must take a token of the rate limit.
   */
  async *opportunitiesInStage(
    apiKey: string,
    stageId: string,
    filter: StageFilter & { maxPages?: number; beforePage?: () => Promise<void> } = {},
  ): AsyncGenerator<LeverOpportunity, void> {
    const read = async (offset: string | null): Promise<LeverPage<LeverOpportunity>> => {
      await filter.beforePage?.();
      return this.opportunityPage(apiKey, stageId, filter, offset);
    };
    for await (const page of pages('/opportunities', filter.maxPages ?? MAX_PAGES, read)) yield* page;
  }

  /** Adds tags; those there already stay as they are. Answers the opportunity as changed, where Lever sends it. */
  addTags(apiKey: string, id: string, tags: readonly string[], performAs?: string): Promise<LeverOpportunity | null> {
    return this.write(apiKey, id, 'addTags', { tags }, performAs);
  }

  /** Removes tags, spelled as Lever has them. */
  removeTags(apiKey: string, id: string, tags: readonly string[], performAs?: string): Promise<LeverOpportunity | null> {
    return this.write(apiKey, id, 'removeTags', { tags }, performAs);
  }

  /** Adds links to the opportunity's person. */
  addLinks(apiKey: string, id: string, links: readonly string[], performAs?: string): Promise<LeverOpportunity | null> {
    return this.write(apiKey, id, 'addLinks', { links }, performAs);
  }

  private async write(
    apiKey: string,
    id: string,
    action: 'addTags' | 'removeTags' | 'addLinks',
    body: object,
    performAs: string | undefined,
  ): Promise<LeverOpportunity | null> {
    const path = withQuery(`${this.prefix}/opportunities/${encodeURIComponent(id)}/${action}`, { perform_as: performAs });
    const route = `/opportunities/:id/${action}`;
    const answer = await this.pool.call({ method: 'POST', route, path, authorization: basic(apiKey), body });
    return readOpportunity(fieldsOf(answer.body)?.data, answer.dateMs);
  }

  private get(apiKey: string, route: string, path: string): Promise<VendorAnswer> {
    return this.pool.call({ method: 'GET', route, path: this.prefix + path, authorization: basic(apiKey) });
  }

  private async all<Item>(
    route: string,
    maxPages: number,
    read: (offset: string | null) => Promise<LeverPage<Item>>,
  ): Promise<Item[]> {
    const items: Item[] = [];
    for await (const page of pages(route, maxPages, read)) items.push(...page);
    return items;
  }
}

/** Reads pages to the end. A stale offset (Lever: 400 `Invalid offset token`) starts the list again once; what was read before comes again then. */
async function* pages<Item>(
  route: string,
  maxPages: number,
  read: (offset: string | null) => Promise<LeverPage<Item>>,
): AsyncGenerator<Item[], void> {
  let offset: string | null = null;
  let restarted = false;
  for (let page = 0; page < maxPages; page += 1) {
    try {
      const { items, next }: LeverPage<Item> = await read(offset);
      yield items;
      if (next === null) return;
      offset = next;
    } catch (error) {
      if (restarted || offset === null || !(error instanceof VendorError) || error.code !== STALE_OFFSET) throw error;
      restarted = true;
      offset = null;
    }
  }
  throw new VendorError({ vendor: 'lever', route: `GET ${route}`, kind: 'rejected', made: 'not-made', code: PAGE_LIMIT });
}

function basic(apiKey: string): string {
  return `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}`;
}

/** Appends the parameters that have a value, through the normal encoder (Lever's `next` looks encoded already and must be encoded again). */
function withQuery(path: string, parameters: Record<string, string | number | null | undefined>): string {
  let query = '';
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined && value !== null) query += `${query ? '&' : '?'}${name}=${encodeURIComponent(value)}`;
  return path + query;
}

function readPage<Item>(answer: VendorAnswer, route: string, read: (json: unknown) => Item | null): LeverPage<Item> {
  const body = fieldsOf(answer.body);
  if (!body || !Array.isArray(body.data)) throw unreadable('lever', `GET ${route}`, answer);
  const items = listOf(body.data)
    .map(read)
    .filter((item): item is Item & {} => item !== null);
  const next = body.hasNext === false ? null : textOf(body.next);
  if (next === null && body.hasNext === true) throw unreadable('lever', `GET ${route}`, answer);
  return { items, next };
}

function readStage(json: unknown): LeverStage | null {
  const id = idOf(json);
  return id === null ? null : { id, name: textOf(fieldsOf(json)?.text) ?? '' };
}

function required<Value>(value: Value | null, route: string, answer: VendorAnswer): Value {
  if (value === null) throw unreadable('lever', `GET ${route}`, answer);
  return value;
}

/** Lever's `{code, message}`; of the message only what we can act on is told, since it may quote what was sent. */
function errorCode(body: unknown): string | undefined {
  const fields = fieldsOf(body);
  const message = textOf(fields?.message) ?? '';
  if (message.includes('Invalid offset token')) return STALE_OFFSET;
  if (/perform_as/i.test(message)) return PERFORM_AS;
  return codeOf(fields?.code);
}
