import { Module, type DynamicModule } from '@nestjs/common';
import { CommandHandler } from './command.handler';
import { LookDesk } from './look-desk';
import { StageChangedHandler } from './stage-changed.handler';

/** What the resolver hears: the topics its handlers name. */
@Module({ controllers: [StageChangedHandler, CommandHandler] })
export class ResolverModule {
  static of(desk: LookDesk): DynamicModule {
    return { module: ResolverModule, providers: [{ provide: LookDesk, useValue: desk }] };
  }
}
