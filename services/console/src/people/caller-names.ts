import { Injectable } from '@nestjs/common';
import { ApiTokensStore } from './api-tokens.store';
import { PeopleStore } from './people.store';

/** Who did something, for people to read: names are looked up when they are read, so that lines hold ids only. */
@Injectable()
export class CallerNames {
  constructor(
    private readonly people: PeopleStore,
    private readonly tokens: ApiTokensStore,
  ) {}

  /** By `user:<id>` and `token:<id>`; who is no longer known is left out. */
  async of(callers: readonly (string | null)[]): Promise<Map<string, string>> {
    const known = [...new Set(callers.filter((by): by is string => by !== null))];
    const ids = (kind: string): string[] =>
      known.filter((by) => by.startsWith(`${kind}:`)).map((by) => by.slice(kind.length + 1));
    const [people, tokens] = await Promise.all([
      this.people.names(ids('user')),
      Promise.all(ids('token').map(async (id) => [id, (await this.tokens.byId(id))?.name] as const)),
    ]);
    const names = new Map([...people].map(([id, email]) => [`user:${id}`, email]));
    for (const [id, name] of tokens) if (name !== undefined) names.set(`token:${id}`, `API token “${name}”`);
    return names;
  }
}
