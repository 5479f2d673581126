import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  Equals,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  registerDecorator,
  ValidateNested,
} from 'class-validator';

/** How a field of a request is described, checked and documented at once. */
export interface FieldWords {
  /** One sentence for the API's readers. */
  says?: string;
  example?: unknown;
  optional?: boolean;
  /** `null` may be sent, to clear it. Implies `optional`. */
  nullable?: boolean;
}

const MAX_EMAIL_CHARACTERS = 320;
const ID_CHARACTERS = 100;
const MAX_ARGUMENT_CHARACTERS = 4096;
const MAX_ARGUMENT_DEPTH = 5;
/** Control characters have no business in names; line breaks and tabs neither. */

const PRINTABLE = /^[^\u0000-\u001f\u007f]*$/;
/** What an HTTP header can carry without encoding. */
const HEADER_SAFE = /^[\x21-\x7e]+$/;

function field(words: FieldWords, property: ApiPropertyOptions, ...checks: PropertyDecorator[]): PropertyDecorator {
  const documented = {
    ...property,
    ...(words.says ? { description: words.says } : {}),
    ...(words.example !== undefined ? { example: words.example } : {}),
    ...(words.nullable ? { nullable: true } : {}),
  };
  const optional = words.optional || words.nullable;
  return applyDecorators(
    optional ? ApiPropertyOptional(documented) : ApiProperty(documented),
    ...(optional ? [IsOptional()] : []),
    ...checks,
  );
}

const trimmed = Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));

/** One line of text, trimmed. */
export const TextField = (maxCharacters: number, words: FieldWords = {}): PropertyDecorator =>
  field(
    words,
    { type: String, minLength: 1, maxLength: maxCharacters },
    trimmed,
    IsString(),
    MinLength(1),
    MaxLength(maxCharacters),
    Matches(PRINTABLE, { message: '$property must not contain control characters' }),
  );

/** An id of ours or of a vendor. */
export const IdField = (words: FieldWords = {}): PropertyDecorator => TextField(ID_CHARACTERS, words);

/** A secret: one word of printable ASCII, trimmed; never answered, never logged. */
export const SecretField = (maxCharacters: number, words: FieldWords = {}): PropertyDecorator =>
  field(
    words,
    { type: String, maxLength: maxCharacters, writeOnly: true },
    trimmed,
    IsString(),
    MaxLength(maxCharacters),
    Matches(HEADER_SAFE, { message: '$property must be one word of printable ASCII characters: copy it again' }),
  );

/** A password, taken as it is. */
export const PasswordField = (min: number, max: number, words: FieldWords = {}): PropertyDecorator =>
  field(words, { type: String, minLength: min, maxLength: max, writeOnly: true }, IsString(), MinLength(min), MaxLength(max));

export const EmailField = (words: FieldWords = {}): PropertyDecorator =>
  field(
    words,
    { type: String, format: 'email', maxLength: MAX_EMAIL_CHARACTERS },
    trimmed,
    IsEmail({}, { message: '$property must be an e-mail address' }),
    MaxLength(MAX_EMAIL_CHARACTERS),
  );

export const ChoiceField = (choices: readonly string[], words: FieldWords = {}): PropertyDecorator =>
  field(words, { type: String, enum: [...choices] }, IsIn(choices));

/** One or several of a list in a query: separated by commas, or the name repeated. */
export const ChoicesField = (choices: readonly string[], words: FieldWords = {}): PropertyDecorator =>
  field(
    words,
    { type: String, enum: [...choices], isArray: true },
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value)),
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(choices.length),
    IsIn(choices, { each: true }),
  );

export const FlagField = (words: FieldWords = {}): PropertyDecorator => field(words, { type: Boolean }, IsBoolean());

/** `true`, where its absence says no. */
export const TrueField = (words: FieldWords = {}): PropertyDecorator =>
  field(words, { type: Boolean, enum: [true] }, Equals(true, { message: '$property must be true' }));

/** A time, ISO 8601 with date and time of day. */
export const TimeField = (words: FieldWords = {}): PropertyDecorator =>
  field(words, { type: String, format: 'date-time' }, IsISO8601({ strict: true, strictSeparator: true }), IsString());

/** A whole number in a query, where everything arrives as text. */
export const NumberInQuery = (min: number, max: number, words: FieldWords = {}): PropertyDecorator =>
  field(
    words,
    { type: 'integer', minimum: min, maximum: max },
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value)),
    IsInt(),
    Min(min),
    Max(max),
  );

/** A whole number in a body. */
export const NumberField = (min: number, max: number, words: FieldWords = {}): PropertyDecorator =>
  field(words, { type: 'integer', minimum: min, maximum: max }, IsInt(), Min(min), Max(max));

/** A list of ids, at least one. */
export const IdListField = (maxItems: number, words: FieldWords = {}): PropertyDecorator =>
  field(
    words,
    { type: String, isArray: true, minItems: 1, maxItems },
    IsArray(),
    ArrayMinSize(1),
    ArrayMaxSize(maxItems),
    IsString({ each: true }),
    MinLength(1, { each: true }),
    MaxLength(ID_CHARACTERS, { each: true }),
    Matches(PRINTABLE, { each: true, message: 'each of $property must be an id' }),
  );

/** A list of objects of one class. */
export const ListField = (item: new () => object, maxItems: number, words: FieldWords = {}): PropertyDecorator =>
  field(
    words,
    { type: () => item, isArray: true, maxItems },
    IsArray(),
    ArrayMaxSize(maxItems),
    ValidateNested({ each: true }),
    Type(() => item),
  );

/** An object of one class. */
export const ObjectField = (item: new () => object, words: FieldWords = {}): PropertyDecorator =>
  field(
    words,
    { type: () => item },
    check((value) => (value !== null && typeof value === 'object' && !Array.isArray(value) ? undefined : 'must be an object')),
    ValidateNested(),
    Type(() => item),
  );

/** Any JSON object, small and flat enough to be passed on. */
export const JsonField = (words: FieldWords = {}): PropertyDecorator =>
  field(words, { type: 'object', additionalProperties: true }, check(jsonProblem));

/** Of an object's alternatives exactly one must be there: stands on the first of them. */
export const ExactlyOneOf = (...names: string[]): PropertyDecorator => oneOf('exactly one', names, (count) => count === 1);

function oneOf(words: string, names: string[], fits: (count: number) => boolean): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'oneOf',
      target: target.constructor,
      propertyName: property as string,
      options: { message: `${words} of ${names.join(', ')} must be there` },
      validator: {
        validate: (_value, context) => {
          const object = (context?.object ?? {}) as Record<string, unknown>;
          return fits(names.filter((name) => object[name] !== undefined && object[name] !== null).length);
        },
      },
    });
  };
}

function check(problem: (value: unknown) => string | undefined): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'check',
      target: target.constructor,
      propertyName: property as string,
      validator: {
        validate: (value) => problem(value) === undefined,
        defaultMessage: (context) => `${context?.property} ${problem(context?.value) ?? ''}`,
      },
    });
  };
}

function jsonProblem(value: unknown): string | undefined {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return 'must be a JSON object';
  if (depthOf(value) > MAX_ARGUMENT_DEPTH) return `must not be nested deeper than ${MAX_ARGUMENT_DEPTH}`;
  return JSON.stringify(value).length > MAX_ARGUMENT_CHARACTERS
    ? `must be shorter than ${MAX_ARGUMENT_CHARACTERS} characters`
    : undefined;
}

function depthOf(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
