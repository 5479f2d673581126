import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { IsCount, IsId, IsSealed, IsText, IsTime, Optional } from './fields';

/** Lines in one record, at most. */
export const MAX_ACTIVITY_LINES = 200;

/**
 * What a line tells:
 * - `delivery`: a webhook and its verdict (`outcome`), bad signatures only as `count`;
 * - `decision`: a look that ended in no order (`outcome` skipped, failed or waiting, `reason` why);
 * - `attempt`: a try that failed, or waits (`step` what was tried, `reason` why, `nextTryAt` when again);
 * - `done`: something was brought about (`step` order, read, tag, link; `detail` the tag or Certn's status);
 * - `connection`: a team's connection to `vendor` is now ok or broken (`outcome`);
 * - `problem`: something waits for a person (`outcome` raised or cleared, `reason` which);
 * - `sweep`: a sweep's result.
 */
export const ACTIVITY_KINDS = ['delivery', 'decision', 'attempt', 'done', 'connection', 'problem', 'sweep'] as const;
export type ActivityKind = (typeof ACTIVITY_KINDS)[number];

export const ACTIVITY_STEPS = ['look', 'order', 'lookup', 'read', 'tag', 'link', 'sweep'] as const;
export type ActivityStep = (typeof ACTIVITY_STEPS)[number];

/** One line of a candidate's timeline, or of a team's, that no other event tells. */
export class ActivityLine {
  /** The same for a repeat of the same line. */
  @IsId() id!: string;
  @IsTime() at!: string;
  @IsIn(ACTIVITY_KINDS) kind!: ActivityKind;
  /** One word: accepted, repeat, not-for-us, skipped, failed, waiting, ok, broken, raised, cleared … */
  @IsText(60) outcome!: string;
  @Optional() @IsId() opportunityId?: string;
  @Optional() @IsId() checkId?: string;
  @Optional() @IsTime() transitionAt?: string;
  @Optional() @IsIn(['lever', 'certn']) vendor?: 'lever' | 'certn';
  @Optional() @IsIn(ACTIVITY_STEPS) step?: ActivityStep;
  /** From a closed list of the service that writes; never a person's data. */
  @Optional() @IsText(100) reason?: string;
  /** A tag, a status, a cure: words for a person, never a person's data. */
  @Optional() @IsText(500) detail?: string;
  @Optional() @IsCount(1) attempt?: number;
  @Optional() @IsTime() nextTryAt?: string;
  @Optional() @IsCount(1) count?: number;
  /** `Applicant` as JSON, sealed for (team, opportunity, `applicant`). */
  @Optional() @IsSealed() applicant?: string;
}

/** Lines of one team's timelines, in the order they happened. */
export class Activity {
  @IsId() teamId!: string;
  /** The service that writes. */
  @IsText(40) source!: string;
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_ACTIVITY_LINES)
  @ValidateNested({ each: true })
  @Type(() => ActivityLine)
  lines!: ActivityLine[];
}
