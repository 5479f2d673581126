import { ApiProperty } from '@nestjs/swagger';
import { PageAnswer } from '../http/paging';
import { ROLES, type Role } from '../http/caller';
import { SIGN_IN_MEANS, type SignInMeans } from './sessions.store';

const nullableTime = { type: String, nullable: true, format: 'date-time' } as const;

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
  @ApiProperty({ ...nullableTime, description: 'Since when the person may not sign in; `null` for who may.' })
  disabledAt!: string | null;
  @ApiProperty({ ...nullableTime, description: 'When the person last signed in.' }) signedInAt!: string | null;
  @ApiProperty({ description: 'Whether one may disable the person and make a link to set a password.' }) manageable!: boolean;
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
  @ApiProperty({ description: 'Nothing else is allowed before one has chosen a password: PUT /api/session/password.' })
  mustChangePassword!: boolean;
  @ApiProperty({
    description: 'Whether one has a password here that can be changed; `false` for who signs in by single sign-on only.',
  })
  hasPassword!: boolean;
}

/** A session of a person. */
export class SessionLine {
  @ApiProperty() id!: string;
  @ApiProperty({ description: 'The one that asks.' }) current!: boolean;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
  @ApiProperty({ format: 'date-time', description: 'When it was last used, to half a minute.' }) seenAt!: string;
  @ApiProperty({ description: 'The network address it was last used from.' }) ip!: string;
  @ApiProperty({ description: 'Browser and system in plain words.', example: 'Chrome on Windows' }) browser!: string;
  @ApiProperty({ enum: SIGN_IN_MEANS, description: 'By what the person signed in.' }) means!: SignInMeans;
}

export class SessionPage extends PageAnswer {
  @ApiProperty({ type: [SessionLine] }) items!: SessionLine[];
}

export class EndedAnswer {
  @ApiProperty({ description: 'How many sessions were ended.' }) ended!: number;
}

/** The way in by an identity provider. */
export class SingleSignOnMethod {
  @ApiProperty({ description: 'What the button says after "Sign in with".' }) name!: string;
  @ApiProperty({ description: 'Where it begins; takes `return`, the path it leads back to.' }) path!: string;
}

/** Why somebody who came back from the identity provider is not signed in. */
export class SignInRefusalAnswer {
  @ApiProperty() detail!: string;
  @ApiProperty({ description: 'What to do about it.' }) cure!: string;
}

/** How people sign in here. */
export class SignInMethodsAnswer {
  @ApiProperty({ description: 'With an address and a password kept here.' }) passwords!: boolean;
  @ApiProperty({ type: SingleSignOnMethod, nullable: true }) singleSignOn!: SingleSignOnMethod | null;
  @ApiProperty({ type: SignInRefusalAnswer, nullable: true, description: 'What `refused` means, in words.' })
  refusal!: SignInRefusalAnswer | null;
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
  @ApiProperty(nullableTime) lastUsedAt!: string | null;
}

export class TokenPage extends PageAnswer {
  @ApiProperty({ type: [TokenAnswer] }) items!: TokenAnswer[];
}

/** A new API token, shown once. */
export class NewTokenAnswer extends TokenAnswer {
  @ApiProperty({ description: 'The token. It is not shown again.' }) token!: string;
}
