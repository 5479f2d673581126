import { ApiProperty } from '@nestjs/swagger';
import { PageAnswer } from '../http/paging';
import { MembershipAnswer, SessionTeam } from './answers';

/** Somebody who was asked to join and has not yet. */
export class InvitationAnswer {
  @ApiProperty() id!: string;
  @ApiProperty() email!: string;
  @ApiProperty({ description: 'Empty where the inviter did not say.' }) name!: string;
  @ApiProperty() owner!: boolean;
  @ApiProperty({ type: [MembershipAnswer] }) roles!: MembershipAnswer[];
  @ApiProperty({ description: 'The id of the person who made it.' }) madeBy!: string;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
  @ApiProperty({ format: 'date-time' }) expiresAt!: string;
  @ApiProperty({ description: 'The link is too old; a new one can be made.' }) over!: boolean;
}

export class InvitationPage extends PageAnswer {
  @ApiProperty({ type: [InvitationAnswer] }) items!: InvitationAnswer[];
}

/** A link, shown once. */
export class LinkAnswer {
  @ApiProperty({ description: 'To be given to the person, by you. It is not shown again.' }) link!: string;
  @ApiProperty({ format: 'date-time' }) expiresAt!: string;
}

export class NewInvitationAnswer extends InvitationAnswer {
  @ApiProperty({ description: 'To be given to the person, by you. It is not shown again.' }) link!: string;
}

export class NewInvitationsAnswer {
  @ApiProperty({ type: [NewInvitationAnswer] }) items!: NewInvitationAnswer[];
}

/** What who opens an invitation reads. */
export class OpenedInvitationAnswer {
  @ApiProperty() email!: string;
  @ApiProperty({ description: 'Empty where the inviter did not say.' }) name!: string;
  @ApiProperty() owner!: boolean;
  @ApiProperty({ type: [SessionTeam] }) teams!: SessionTeam[];
  @ApiProperty({ description: 'The name of the person who made it.' }) invitedBy!: string;
  @ApiProperty({ format: 'date-time' }) expiresAt!: string;
}

/** What who opens a link to set a password reads. */
export class OpenedResetAnswer {
  @ApiProperty() email!: string;
  @ApiProperty({ format: 'date-time' }) expiresAt!: string;
}
