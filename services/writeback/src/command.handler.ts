import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { Command } from '@lever-certn/events/command';
import { isoTime } from '@lever-certn/events/fields';
import { TOPICS } from '@lever-certn/events/topics';
import { CandidateDesk } from './candidate-desk';

/**
 * Arrives: something a person, a service or a schedule wants done. `erase` forgets what is known of a candidacy but its ids. Stale ones are dropped.
 * Twice: nothing more to forget. Dies before the commit: it comes again.
 */
@Controller()
export class CommandHandler {
  constructor(private readonly desk: CandidateDesk) {}

  @EventPattern<string>(TOPICS.commands.name)
  async handle(@Payload() command: Command): Promise<void> {
    if (command.validUntil < isoTime()) return;
    switch (command.type) {
      case 'erase':
        return this.desk.erase(command.teamId, command.opportunityId!);
      case 'look':
      case 'order':
      case 'resolve':
      case 'sweep':
        // Looking and ordering are for others; a sweep of tags compares many opportunities and has a table of its own.
        return;
    }
  }
}
