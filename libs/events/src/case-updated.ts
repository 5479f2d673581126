import { IsIn } from 'class-validator';
import { IsId, IsTime, IsText, Optional } from './fields';

/** Certn says a case, or one check in a case, changed; read it again. */
export class CaseUpdated {
  /** The team whose webhook URL was called. The case may belong to another team of the same Certn account. */
  @IsId() teamId!: string;
  /** Fingerprint of the Certn account. */
  @IsId() account!: string;
  /** What changed: the case itself, or one of its checks (whose id is then `objectId`). */
  @IsIn(['case', 'check', 'other']) objectType!: 'case' | 'check' | 'other';
  @IsId() objectId!: string;
  @IsText(100) eventType!: string;
  @IsTime() receivedAt!: string;
  /** Only a hint; the case is read. */
  @Optional() @IsText(100) caseStatus?: string;
}
