import 'reflect-metadata';
import { buildMessage, IsOptional, ValidateBy } from 'class-validator';

/** What a person needs to know of one environment variable. */
export interface SettingWords {
  /** One sentence: what it decides. */
  says: string;
  /** May also come as the path of a file, in `<NAME>_FILE`. Never shown, never logged. */
  secret?: boolean;
  /** A value one could write. */
  example?: string;
}

type Words = Omit<SettingWords, 'says'>;

const WORDS = Symbol('lever-certn setting');
const SECRET_NAME = /(_KEYS?|_PASSWORD|_SECRETS?|_TOKENS?|^DATABASE_URL)$/;

/** The words of a setting, if its class gave any. */
export function wordsOf(config: new () => object, name: string): SettingWords | undefined {
  return Reflect.getMetadata(WORDS, config.prototype as object, name) as SettingWords | undefined;
}

/** Whether a setting is a secret: because it says so, or because its name does. */
export function isSecret(config: new () => object, name: string): boolean {
  return wordsOf(config, name)?.secret ?? SECRET_NAME.test(name);
}

/** Only words, beside class-validator's own decorators. */
export function Setting(words: SettingWords): PropertyDecorator {
  return (target, property) => Reflect.defineMetadata(WORDS, words, target, property);
}

/** The setting may be left out. */
export const Optional = (): PropertyDecorator => IsOptional();

/** A rule with its own words. `problem` answers what is wrong with a value, without the value, or nothing. */
export function Checked(says: string, problem: (value: unknown) => string | undefined, words: Words = {}): PropertyDecorator {
  const rule = ValidateBy({
    name: 'setting',
    validator: {
      validate: (value) => problem(value) === undefined,
      defaultMessage: buildMessage((prefix, args) => `${prefix}$property ${problem(args?.value) ?? ''}`),
    },
  });
  return (target, property) => {
    Setting({ says, ...words })(target, property);
    rule(target, property);
  };
}

/** Text of a shape: `shapeSays` finishes the sentence "NAME must be …". */
export function Text(says: string, shape?: RegExp, shapeSays = 'text', words: Words = {}): PropertyDecorator {
  return Checked(
    says,
    (value) => (typeof value === 'string' && (!shape || shape.test(value)) ? undefined : `must be ${shapeSays}`),
    words,
  );
}

/** A whole number within limits; the unit stands in the variable's name. */
export function WholeNumber(says: string, min: number, max: number, words: Words = {}): PropertyDecorator {
  return Checked(
    says,
    (value) =>
      Number.isInteger(value) && (value as number) >= min && (value as number) <= max
        ? undefined
        : `must be a whole number from ${min} to ${max}`,
    words,
  );
}

/** `true` or `false`. */
export function Flag(says: string, words: Words = {}): PropertyDecorator {
  return Checked(says, (value) => (typeof value === 'boolean' ? undefined : 'must be true or false'), words);
}

/** One of a closed list. */
export function Choice(says: string, choices: readonly string[], words: Words = {}): PropertyDecorator {
  return Checked(
    says,
    (value) => (choices.includes(value as string) ? undefined : `must be one of ${choices.join(', ')}`),
    words,
  );
}

/** An http or https URL without a name or password in it. */
export function HttpUrl(says: string, words: Words = {}): PropertyDecorator {
  return Checked(
    says,
    (value) => {
      const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
      if (!url || !/^https?:$/.test(url.protocol)) return 'must be a URL that starts with https:// (or http://)';
      return url.username || url.password ? 'must hold no user name and no password' : undefined;
    },
    words,
  );
}

/** Text that a parser takes. The parser's error says what to do and never holds the value. */
export function Parsed(says: string, parse: (text: string) => unknown, words: Words = {}): PropertyDecorator {
  return Checked(
    says,
    (value) => {
      if (typeof value !== 'string') return 'must be text';
      try {
        parse(value);
        return undefined;
      } catch (error) {
        return `can't be used: ${error instanceof Error ? error.message : 'not valid'}`;
      }
    },
    words,
  );
}
