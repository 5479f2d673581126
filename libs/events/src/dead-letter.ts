import { IsObject } from 'class-validator';
import { IsCount, IsId, IsText, IsTime, Optional } from './fields';

/** Bytes of an original beyond which only its coordinates are kept. */
export const MAX_DEAD_LETTER_BYTES = 900_000;

/** A message nobody can read, set aside with its reason. */
export class DeadLetter {
  /** The name of the topic without prefix. */
  @IsText(100) topic!: string;
  @IsCount() partition!: number;
  /** The offset as Kafka writes it: a decimal string. */
  @IsText(30) offset!: string;
  /** The consumer group's own name, without prefix. */
  @IsText(100) group!: string;
  /** Why: never holds a value of the message. */
  @IsText(500) reason!: string;
  @IsCount(1) attempts!: number;
  @IsTime() at!: string;
  /** The team, where the message could be read far enough to tell. */
  @Optional() @IsId() teamId?: string;
  /** The original bytes in base64, sealed for (topic, `partition-offset`, `original`). Absent where they are too large. */
  @Optional() @IsText(4_000_000) original?: string;
  /** The original headers in base64. */
  @Optional() @IsObject() originalHeaders?: Record<string, string>;
  /** The original key in base64. */
  @Optional() @IsText(10_000) originalKey?: string;
}
