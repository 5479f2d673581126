import { readFileSync } from 'node:fs';
import { validateSync } from 'class-validator';
import { settingNames } from './config-parts';
import { isSecret, wordsOf } from './setting';

/** Everything that is wrong with an environment. No message holds a value. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
  }
}

type Environment = Readonly<Record<string, string | undefined>>;
type ReadFile = (path: string) => string;

const MAX_FILE_CHARACTERS = 65_536;

/**
 * Reads a config class from environment variables named like its properties; of secrets also from the file that `<NAME>_FILE` names. An
 * empty variable counts as not set.
 * @throws ConfigError with all problems at once.
 */
export function loadConfig<Config extends object>(
  config: new () => Config,
  environment: Environment = process.env,
  readFile: ReadFile = (path) => readFileSync(path, 'utf8'),
): Config {
  const problems: string[] = [];
  const unread = new Set<string>();
  const loaded = new config() as Record<string, unknown>;
  for (const name of settingNames(config)) {
    const read = rawValue(config, name, environment, readFile);
    if ('problem' in read) {
      problems.push(read.problem);
      unread.add(name);
    } else if (read.text !== undefined) loaded[name] = converted(config, name, read.text, loaded[name]);
  }
  for (const error of validateSync(loaded, { forbidUnknownValues: false })) {
    if (unread.has(error.property)) continue;
    if (loaded[error.property] === undefined) problems.push(notSet(config, error.property));
    else problems.push(...Object.values(error.constraints ?? { invalid: `${error.property} is not valid` }));
  }
  if (problems.length > 0) throw new ConfigError(problems.sort());
  return loaded as Config;
}

function rawValue(
  config: new () => object,
  name: string,
  environment: Environment,
  readFile: ReadFile,
): { text?: string } | { problem: string } {
  const text = environment[name] || undefined;
  const path = isSecret(config, name) ? environment[`${name}_FILE`] || undefined : undefined;
  if (path === undefined) return text === undefined ? {} : { text };
  if (text !== undefined) return { problem: `${name} and ${name}_FILE are both set: keep one of them` };
  try {
    const content = readFile(path).replace(/\r?\n$/, '');
    if (content === '') return { problem: `${name}_FILE names an empty file: put the value into it` };
    if (content.length > MAX_FILE_CHARACTERS) return { problem: `${name}_FILE names a file over 64 KiB: is it the right one?` };
    return { text: content };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return { problem: `${name}_FILE names a file that can't be read (${code}): check its path and its permissions` };
  }
}

function converted(config: new () => object, name: string, text: string, preset: unknown): unknown {
  const type: unknown = Reflect.getMetadata('design:type', config.prototype as object, name);
  if (type === Number || typeof preset === 'number') return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
  if (type === Boolean || typeof preset === 'boolean')
    return /^(true|1|yes|on)$/i.test(text) ? true : /^(false|0|no|off)$/i.test(text) ? false : text;
  return text;
}

function notSet(config: new () => object, name: string): string {
  const words = wordsOf(config, name);
  const file = isSecret(config, name) ? ` or ${name}_FILE` : '';
  const example = words?.example ? `, like ${name}=${words.example}` : '';
  return `${name} is not set: set ${name}${file}${example}${words ? `. ${words.says}` : ''}`;
}
