import { Module, type DynamicModule } from '@nestjs/common';
import { CandidateDesk } from './candidate-desk';
import { CheckStatusUpdatedHandler } from './check-status-updated.handler';
import { CommandHandler } from './command.handler';

/** What writeback hears: the topics its handlers name. */
@Module({ controllers: [CheckStatusUpdatedHandler, CommandHandler] })
export class WritebackModule {
  static of(desk: CandidateDesk): DynamicModule {
    return { module: WritebackModule, providers: [{ provide: CandidateDesk, useValue: desk }] };
  }
}
