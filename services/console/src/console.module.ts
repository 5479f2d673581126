import { Module, type DynamicModule } from '@nestjs/common';
import { ActivityHandler } from './candidates/activity.handler';
import { CheckRequestedHandler } from './candidates/check-requested.handler';
import { CheckStatusUpdatedHandler } from './candidates/check-status-updated.handler';
import { DeadLettersHandler } from './candidates/dead-letters.handler';
import { consoleParts, type Foundations } from './console-parts';
import { SessionController } from './people/session.controller';
import { TokensController } from './people/tokens.controller';
import { UsersController } from './people/users.controller';
import { CertnController } from './teams/certn.controller';
import { IntegrationController } from './teams/integration.controller';
import { LeverController } from './teams/lever.controller';
import { PackagesController } from './teams/packages.controller';
import { ServicesController } from './teams/services.controller';
import { TeamsController } from './teams/teams.controller';

/** The console: its HTTP resources and its handlers of topics. */
@Module({})
export class ConsoleModule {
  static of(foundations: Foundations): DynamicModule {
    return {
      module: ConsoleModule,
      providers: consoleParts(foundations),
      controllers: [
        SessionController,
        UsersController,
        TokensController,
        TeamsController,
        LeverController,
        CertnController,
        PackagesController,
        ServicesController,
        IntegrationController,
        CheckRequestedHandler,
        CheckStatusUpdatedHandler,
        ActivityHandler,
        DeadLettersHandler,
      ],
    };
  }
}
