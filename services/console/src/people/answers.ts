import { ApiProperty } from '@nestjs/swagger';
import { PageAnswer } from '../http/paging';
import { ROLES, type Role } from '../http/caller';

/** A role in a team. */
export class MembershipAnswer {
  @ApiProperty() teamId!: string;
  @ApiProperty({ enum: ROLES }) role!: Role;
}

/** A person. */
export class UserAnswer {
  @ApiProperty() id!: string;
  @ApiProperty() email!: string;
  @ApiProperty() name!: string;
  @ApiProperty({ description: 'An owner of the installation, who may do everything in every team.' }) owner!: boolean;
  @ApiProperty({ type: [MembershipAnswer] }) roles!: MembershipAnswer[];
}

export class UserPage extends PageAnswer {
  @ApiProperty({ type: [UserAnswer] }) items!: UserAnswer[];
}

export class SessionUser {
  @ApiProperty() id!: string;
  @ApiProperty() email!: string;
  @ApiProperty() name!: string;
  @ApiProperty() owner!: boolean;
}

export class SessionTeam {
  @ApiProperty() id!: string;
  @ApiProperty() name!: string;
  @ApiProperty({ enum: ROLES }) role!: Role;
}

/** Who one is, and where. */
export class SessionAnswer {
  @ApiProperty({ type: SessionUser }) user!: SessionUser;
  @ApiProperty({ type: [SessionTeam] }) teams!: SessionTeam[];
}

/** An API token, without itself. */
export class TokenAnswer {
  @ApiProperty() id!: string;
  @ApiProperty() name!: string;
  @ApiProperty() teamId!: string;
  @ApiProperty({ enum: ROLES }) role!: Role;
  @ApiProperty({ description: 'The id of the person who made it.' }) madeBy!: string;
  @ApiProperty({ description: 'Its last four characters.' }) endsIn!: string;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
  @ApiProperty({ format: 'date-time' }) expiresAt!: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' }) lastUsedAt!: string | null;
}

export class TokenPage extends PageAnswer {
  @ApiProperty({ type: [TokenAnswer] }) items!: TokenAnswer[];
}

/** A new API token, shown once. */
export class NewTokenAnswer extends TokenAnswer {
  @ApiProperty({ description: 'The token. It is not shown again.' }) token!: string;
}
