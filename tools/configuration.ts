import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { ConfiguredService } from '@lever-certn/config/configuration-pages';

const root = path.join(__dirname, '..');
const NEVER_DEPLOYED = ['sandbox'];

/** The config class of every service that is deployed: exported as `<Name>Config` from `config.ts` or `<name>-config.ts`. */
export async function configuredServices(): Promise<ConfiguredService[]> {
  const services: ConfiguredService[] = [];
  for (const name of readdirSync(path.join(root, 'services')).sort()) {
    const file = ['config.ts', `${name}-config.ts`]
      .map((base) => path.join(root, 'services', name, 'src', base))
      .find((candidate) => existsSync(candidate));
    if (NEVER_DEPLOYED.includes(name) || file === undefined) continue;
    const exported = (await import(file)) as Record<string, unknown>;
    const config = exported[`${name[0]!.toUpperCase()}${name.slice(1)}Config`];
    if (typeof config !== 'function') throw new Error(`${file} does not export its config class`);
    services.push({ name, config: config as new () => object });
  }
  return services;
}
