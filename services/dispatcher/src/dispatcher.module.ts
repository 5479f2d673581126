import { Module, type DynamicModule } from '@nestjs/common';
import { CaseUpdatedHandler } from './case-updated.handler';
import { CheckRequestedHandler } from './check-requested.handler';
import { CommandHandler } from './command.handler';
import { DispatchDesk } from './dispatch-desk';

/** What the dispatcher hears: the topics its handlers name. */
@Module({ controllers: [CheckRequestedHandler, CaseUpdatedHandler, CommandHandler] })
export class DispatcherModule {
  static of(desk: DispatchDesk): DynamicModule {
    return { module: DispatcherModule, providers: [{ provide: DispatchDesk, useValue: desk }] };
  }
}
