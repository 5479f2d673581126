import { ArrayMaxSize, IsArray, IsBoolean, IsIn, IsObject, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { REQUEST_PROBLEMS, WITHDRAWAL_REASONS, type RequestProblem, type WithdrawalReason } from './check-statuses.rules';
import { IsCount, IsId, IsSealed, IsText, IsTime, Optional } from './fields';

const MAX_SERVICES = 50;

/** One Certn check type in a package, with the arguments Certn wants for it. */
export class RequestedService {
  @IsText(100) type!: string;
  @Optional() @IsObject() arguments?: Record<string, unknown>;
}

/** What to order: either our own list of services or the id of a package made in Certn's portal. */
export class RequestedPackage {
  @IsId() packageId!: string;
  @IsText(200) name!: string;
  @Optional()
  @IsArray()
  @ArrayMaxSize(MAX_SERVICES)
  @ValidateNested({ each: true })
  @Type(() => RequestedService)
  services?: RequestedService[];
  @Optional() @IsId() certnPackageId?: string;
}

/** What is sealed in `CheckRequested.applicant`, as JSON. */
export interface Applicant {
  name: string | null;
  email: string | null;
  /** Where Lever shows the candidacy (`urls.show`), if it said so; sealed with the rest, since it leads to the person. */
  leverUrl?: string;
}

/** The name of the sealed field, for `SealContext.field`; its record id is the check id. */
export const APPLICANT_FIELD = 'applicant';

/** Order this package for this opportunity; or: no longer wanted, because. */
export class CheckRequested {
  @IsId() teamId!: string;
  @IsId() opportunityId!: string;
  @IsId() checkId!: string;
  /** Lever's time of the transition; of an order by hand, the time of the command. */
  @IsTime() transitionAt!: string;
  @IsBoolean() wanted!: boolean;
  /** When the facts below were read from Lever. Newer facts replace older. */
  @IsTime() decidedAt!: string;
  /** The version of the team's settings it was decided with. */
  @IsCount(1) settingsVersion!: number;
  /** Only with `wanted: false`. */
  @Optional() @IsIn(WITHDRAWAL_REASONS) reason?: WithdrawalReason;
  /** What stands against ordering, found in Lever or in the settings. */
  @Optional() @IsIn(REQUEST_PROBLEMS) problem?: RequestProblem;
  /** There when wanted and without a problem of packages. */
  @Optional() @ValidateNested() @Type(() => RequestedPackage) package?: RequestedPackage;
  /** {@link Applicant} as JSON, sealed for (team, check, `applicant`). */
  @Optional() @IsSealed() applicant?: string;
  /** The command, where a person ordered it by hand. */
  @Optional() @IsId() commandId?: string;
  @Optional() @IsText(200) by?: string;
}
