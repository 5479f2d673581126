import { Module, type DynamicModule } from '@nestjs/common';
import { AuditController } from './audit/audit.controller';
import { ActivityHandler } from './candidates/activity.handler';
import { CandidateCommandsController } from './candidates/candidate-commands.controller';
import { CandidateListsController } from './candidates/candidate-lists.controller';
import { CandidatesController } from './candidates/candidates.controller';
import { CheckRequestedHandler } from './candidates/check-requested.handler';
import { CheckStatusUpdatedHandler } from './candidates/check-status-updated.handler';
import { DeadLettersHandler } from './candidates/dead-letters.handler';
import { DeliveriesController } from './candidates/deliveries.controller';
import { ProblemsController } from './candidates/problems.controller';
import { consoleParts, type Foundations } from './console-parts';
import type { ErrorLog } from './http/problem.filter';
import { EventsController } from './live/events.controller';
import { OverviewController } from './overview/overview.controller';
import { InvitationController } from './people/invitation.controller';
import { InvitationsController } from './people/invitations.controller';
import { PasswordResetController } from './people/password-reset.controller';
import { SessionController } from './people/session.controller';
import { SessionsController } from './people/sessions.controller';
import { TokensController } from './people/tokens.controller';
import { UserAccessController } from './people/user-access.controller';
import { UsersController } from './people/users.controller';
import { ReportsController } from './reports/reports.controller';
import { SingleSignOnController } from './single-sign-on/single-sign-on.controller';
import { singleSignOnParts } from './single-sign-on/parts';
import { CertnController } from './teams/certn.controller';
import { ChecklistController } from './teams/checklist.controller';
import { IntegrationController } from './teams/integration.controller';
import { LeverController } from './teams/lever.controller';
import { PackagesController } from './teams/packages.controller';
import { ServicesController } from './teams/services.controller';
import { StandingController } from './teams/standing.controller';
import { TestEventController } from './teams/test-event.controller';
import { TeamsController } from './teams/teams.controller';
import { WebAppController } from './web-app/web-app.controller';

/** The console: its HTTP resources and its handlers of topics. */
@Module({})
export class ConsoleModule {
  static of(foundations: Foundations, log: ErrorLog): DynamicModule {
    return {
      module: ConsoleModule,
      providers: [...consoleParts(foundations), ...singleSignOnParts(foundations, log)],
      controllers: [
        SessionController,
        SessionsController,
        InvitationController,
        PasswordResetController,
        UsersController,
        UserAccessController,
        InvitationsController,
        TokensController,
        TeamsController,
        LeverController,
        CertnController,
        PackagesController,
        ServicesController,
        IntegrationController,
        ChecklistController,
        TestEventController,
        StandingController,
        CandidateListsController,
        CandidatesController,
        CandidateCommandsController,
        DeliveriesController,
        ProblemsController,
        EventsController,
        OverviewController,
        AuditController,
        SingleSignOnController,
        ReportsController,
        WebAppController,
        CheckRequestedHandler,
        CheckStatusUpdatedHandler,
        ActivityHandler,
        DeadLettersHandler,
      ],
    };
  }
}
