import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { CERTN_REGIONS, type CertnRegion } from '@lever-certn/events/team-settings';
import { TAG_PROFILES, type TagProfile } from '@lever-certn/events/check-statuses.rules';
import { PageAnswer } from '../http/paging';
import { CONNECTION_STATES, type ConnectionState } from './connections.store';

const nullable = { nullable: true } as const;
const nullableTime = { type: String, format: 'date-time', nullable: true } as const;
const nullableText = { type: String, nullable: true } as const;

/** Something to do, and how. */
export class ToDoAnswer {
  @ApiProperty() part!: string;
  @ApiProperty() cure!: string;
}

/** A saved key: never itself. */
export class KeyAnswer {
  @ApiProperty({ format: 'date-time' }) setAt!: string;
  @ApiProperty({ ...nullableText, description: 'Its last four characters.' }) endsIn!: string | null;
}

/** One of several saved secrets: never itself. */
export class SecretAnswer extends KeyAnswer {
  @ApiProperty({ description: 'Keeps the secret, when it is sent back in place of a value.' }) id!: string;
}

export class StageAnswer {
  @ApiProperty({ ...nullableText, description: '`null` while only the name is known, because Lever could not be reached.' })
  id!: string | null;
  @ApiProperty() name!: string;
}

export const PERMISSION_STATES = ['works', 'missing', 'unknown'] as const;
export type PermissionState = (typeof PERMISSION_STATES)[number];

export class PermissionAnswer {
  @ApiProperty({ description: 'The permission, in the words of the vendor.' }) permission!: string;
  @ApiProperty({ enum: PERMISSION_STATES }) state!: PermissionState;
  @ApiProperty(nullableText) cure!: string | null;
}

export const STAGE_STATES = ['found', 'vanished', 'unknown'] as const;

export class StageFoundAnswer {
  @ApiProperty(nullableText) id!: string | null;
  @ApiProperty({ description: 'As Lever calls it now.' }) name!: string;
  @ApiProperty({ enum: STAGE_STATES }) state!: (typeof STAGE_STATES)[number];
}

export class ConnectionTestAnswer {
  @ApiProperty({ enum: CONNECTION_STATES }) state!: ConnectionState;
  @ApiProperty(nullableText) reason!: string | null;
  @ApiProperty(nullableText) cure!: string | null;
  @ApiProperty({ format: 'date-time' }) checkedAt!: string;
  @ApiProperty({ type: [PermissionAnswer] }) permissions!: PermissionAnswer[];
  @ApiProperty({ type: StageFoundAnswer, ...nullable, description: 'Of Lever: whether the trigger stage is still there.' })
  triggerStage!: StageFoundAnswer | null;
}

class ConnectionAnswer {
  @ApiProperty({ enum: CONNECTION_STATES }) state!: ConnectionState;
  @ApiProperty(nullableText) reason!: string | null;
  @ApiProperty(nullableText) cure!: string | null;
  @ApiProperty(nullableTime) checkedAt!: string | null;
  @ApiProperty({ ...nullableText, description: 'Names the vendor account as far as the key tells; a rate limit belongs to it.' })
  account!: string | null;
  @ApiProperty({ type: KeyAnswer, ...nullable }) apiKey!: KeyAnswer | null;
  @ApiProperty({ description: 'The address to give to the vendor.' }) webhookUrl!: string;
  @ApiProperty({ type: ConnectionTestAnswer, ...nullable, description: 'The last test of the saved key.' })
  lastTest!: ConnectionTestAnswer | null;
}

export class LeverAnswer extends ConnectionAnswer {
  @ApiProperty({ type: [SecretAnswer] }) signatureTokens!: SecretAnswer[];
  @ApiProperty({ type: StageAnswer, ...nullable }) triggerStage!: StageAnswer | null;
  @ApiProperty({ ...nullableText, description: 'The Lever user that tags and links are attributed to.' }) performAs!:
    string | null;
}

export class CertnAnswer extends ConnectionAnswer {
  @ApiProperty({ enum: CERTN_REGIONS, ...nullable }) region!: CertnRegion | null;
  @ApiProperty({ type: [SecretAnswer] }) webhookSecrets!: SecretAnswer[];
  @ApiProperty(nullableTime) keyExpiresAt!: string | null;
}

/** A team with everything that is set up, but for its packages. */
export class TeamAnswer {
  @ApiProperty() id!: string;
  @ApiProperty() name!: string;
  @ApiProperty({ type: 'integer' }) version!: number;
  @ApiProperty({ enum: TAG_PROFILES }) tagProfile!: TagProfile;
  @ApiProperty() shareResults!: boolean;
  @ApiProperty() enabled!: boolean;
  @ApiProperty({ ...nullableTime, description: 'Moves before this start no check.' }) activeSince!: string | null;
  @ApiProperty(nullableText) defaultPackageId!: string | null;
  @ApiProperty({ type: [ToDoAnswer], description: 'What must be done before the integration can be enabled.' })
  missing!: ToDoAnswer[];
  @ApiProperty({ type: [ToDoAnswer] }) warnings!: ToDoAnswer[];
  @ApiProperty({ type: LeverAnswer }) lever!: LeverAnswer;
  @ApiProperty({ type: CertnAnswer }) certn!: CertnAnswer;
  @ApiProperty({ format: 'date-time' }) savedAt!: string;
}

export class TeamPage extends PageAnswer {
  @ApiProperty({ type: [TeamAnswer] }) items!: TeamAnswer[];
}

export class PackageService {
  @ApiProperty({ example: 'IDENTITY_VERIFICATION_1' }) type!: string;
  @ApiPropertyOptional({ type: 'object', additionalProperties: true }) arguments?: Record<string, unknown>;
}

export class PackageAnswer {
  @ApiProperty() id!: string;
  @ApiProperty() name!: string;
  @ApiPropertyOptional({ type: [PackageService] }) services?: PackageService[];
  @ApiPropertyOptional() certnPackageId?: string;
  @ApiProperty() active!: boolean;
  @ApiProperty() isDefault!: boolean;
}

export class PackagePage extends PageAnswer {
  @ApiProperty({ type: [PackageAnswer] }) items!: PackageAnswer[];
}

export class LeverStageAnswer {
  @ApiProperty() id!: string;
  @ApiProperty() name!: string;
}

export class StagePage extends PageAnswer {
  @ApiProperty({ type: [LeverStageAnswer] }) items!: LeverStageAnswer[];
}
