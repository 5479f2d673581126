import 'reflect-metadata';
import { JSONSchema } from 'class-validator-jsonschema';
import { applyDecorators } from './apply-decorators';
import { IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min, MinLength } from 'class-validator';

const ID_CHARACTERS = 100;
const ISO_MILLISECONDS = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const MAX_VERSION = 2_147_483_647;
const MAX_SEALED_CHARACTERS = 8192;

/** An id of ours or of a vendor: free text of 1 to 100 characters, since Lever's stage ids may be words. */
export const IsId = (): PropertyDecorator => applyDecorators(IsString(), MinLength(1), MaxLength(ID_CHARACTERS));

/** ISO 8601, UTC, milliseconds. */
export const IsTime = (): PropertyDecorator => applyDecorators(IsString(), Matches(ISO_MILLISECONDS));

/** A count that starts at `min`. */
export const IsCount = (min = 0): PropertyDecorator =>
  applyDecorators(IsInt(), Min(min), Max(MAX_VERSION), JSONSchema({ type: 'integer' }) as PropertyDecorator);

/** Free text with a limit. */
export const IsText = (maxCharacters: number): PropertyDecorator => applyDecorators(IsString(), MaxLength(maxCharacters));

/** An envelope made by `Keyring.seal`. */
export const IsSealed = (): PropertyDecorator =>
  applyDecorators(IsString(), MaxLength(MAX_SEALED_CHARACTERS), Matches(/^v1\.[A-Za-z0-9-]+\.[A-Za-z0-9_-]+$/));

/** May be left out. */
export const Optional = (): PropertyDecorator => IsOptional();

/** Now, or the given epoch milliseconds, as events write time. */
export function isoTime(epochMs: number = Date.now()): string {
  return new Date(epochMs).toISOString();
}
