import { IsBoolean, IsIn } from 'class-validator';
import {
  CHECK_REASONS,
  CHECK_RESULTS,
  CHECK_STATUSES,
  type CheckReason,
  type CheckResult,
  type CheckStatus,
} from './check-statuses.rules';
import { IsCount, IsId, IsText, IsTime, Optional } from './fields';

/** The status of a check: ids, status and times only, so that any system may subscribe. Drop a version you have passed. */
export class CheckStatusUpdated {
  @IsId() teamId!: string;
  @IsId() opportunityId!: string;
  @IsId() checkId!: string;
  @IsTime() transitionAt!: string;
  /** 1, 2, 3 … per check. */
  @IsCount(1) version!: number;
  @IsIn(CHECK_STATUSES) status!: CheckStatus;
  @IsCount() servicesTotal!: number;
  @IsCount() servicesDone!: number;
  /** At least one service is done, so that a report can be made. */
  @IsBoolean() reportReady!: boolean;
  @IsTime() occurredAt!: string;
  @Optional() @IsIn(CHECK_REASONS) reason?: CheckReason;
  @Optional() @IsId() caseId?: string;
  /** Certn's own word. */
  @Optional() @IsText(100) caseStatus?: string;
  @Optional() @IsText(200) packageName?: string;
  /** Only where the team has chosen to share results. */
  @Optional() @IsIn(CHECK_RESULTS) result?: CheckResult;
}
