import { ArrayMaxSize, IsArray, IsBoolean, IsIn, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { RequestedPackage } from './check-requested';
import { TAG_PROFILES, type TagProfile } from './check-statuses.rules';
import { IsCount, IsId, IsSealed, IsText, IsTime, Optional } from './fields';

/** Secrets of one kind that may be in force at once, so that one can be replaced without a gap. */
export const MAX_SECRETS = 5;
/** Packages of one team. */
export const MAX_PACKAGES = 200;

export const CERTN_REGIONS = ['ca', 'uk', 'au', 'sandbox'] as const;
export type CertnRegion = (typeof CERTN_REGIONS)[number];

/** One of several secrets; its value is sealed for (team, secret id, `secret`). */
export class SealedSecret {
  @IsId() id!: string;
  @IsSealed() value!: string;
  @IsTime() setAt!: string;
}

/** The field name of sealed secrets, for `SealContext.field`; the record id is the secret's id, of API keys `lever` or `certn`. */
export const SECRET_FIELD = 'secret';

/** The stage whose entry starts a check. */
export class TriggerStage {
  /** Absent while only the name is known (Lever could not be reached when it was saved). */
  @Optional() @IsId() id?: string;
  @IsText(500) name!: string;
}

/** A team's Lever connection. */
export class LeverSettings {
  /** Fingerprint of the API key: what the rate limit belongs to. */
  @IsId() account!: string;
  /** Sealed for (team, `lever`, `secret`). */
  @IsSealed() apiKey!: string;
  @IsArray()
  @ArrayMaxSize(MAX_SECRETS)
  @ValidateNested({ each: true })
  @Type(() => SealedSecret)
  signatureTokens!: SealedSecret[];
  @Optional() @ValidateNested() @Type(() => TriggerStage) triggerStage?: TriggerStage;
  /** A Lever user id that tag and link changes are attributed to. */
  @Optional() @IsId() performAs?: string;
}

/** A team's Certn connection. */
export class CertnSettings {
  @IsId() account!: string;
  /** Sealed for (team, `certn`, `secret`). */
  @IsSealed() apiKey!: string;
  @IsIn(CERTN_REGIONS) region!: CertnRegion;
  @IsArray() @ArrayMaxSize(MAX_SECRETS) @ValidateNested({ each: true }) @Type(() => SealedSecret) webhookSecrets!: SealedSecret[];
  @Optional() @IsTime() keyExpiresAt?: string;
}

/** A package of the team, as it may be ordered. */
export class TeamPackage extends RequestedPackage {
  @IsBoolean() active!: boolean;
}

/** A team's settings, whole. The newest version wins. */
export class TeamSettings {
  @IsId() teamId!: string;
  @IsCount(1) version!: number;
  /** 128 random bits in the webhook URLs. */
  @IsId() integrationId!: string;
  @IsText(200) name!: string;
  @IsBoolean() enabled!: boolean;
  @IsIn(TAG_PROFILES) tagProfile!: TagProfile;
  @IsBoolean() shareResults!: boolean;
  /** Lever's clock when the integration became active with this trigger stage. */
  @Optional() @IsTime() activeSince?: string;
  @Optional() @ValidateNested() @Type(() => LeverSettings) lever?: LeverSettings;
  @Optional() @ValidateNested() @Type(() => CertnSettings) certn?: CertnSettings;
  @IsArray() @ArrayMaxSize(MAX_PACKAGES) @ValidateNested({ each: true }) @Type(() => TeamPackage) packages!: TeamPackage[];
  @Optional() @IsId() defaultPackageId?: string;
  @IsTime() savedAt!: string;
}
