import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Command } from '@lever-certn/events/command';
import { isoTime } from '@lever-certn/events/fields';
import { TOPICS } from '@lever-certn/events/topics';
import { DispatchDesk } from './dispatch-desk';

/**
 * Arrives: something a person, a service or a schedule wants done. Recorded: `resolve` settles a check that needs attention, or makes it due for that;
 * `erase` forgets the person and keeps the ids. Stale ones are dropped, but for an erasure, which is owed however late it is heard.
 * Twice: a `resolve` that was answered does nothing; what was erased is gone. Dies before the commit: it comes again.
 */
@Controller()
export class CommandHandler {
  constructor(private readonly desk: DispatchDesk) {}

  @EventPattern<string>(TOPICS.commands.name)
  async handle(@Payload() command: Command): Promise<void> {
    switch (command.type) {
      case 'resolve':
        if (command.validUntil >= isoTime()) await this.desk.resolve(command);
        return;
      case 'erase':
        return this.desk.erase(command.teamId, command.opportunityId!);
      case 'look':
      case 'order':
        // The resolver's; what comes of them arrives as `check-requested`.
        return;
      case 'sweep':
        // The sweep of cases has a table of its own.
        return;
    }
  }
}
