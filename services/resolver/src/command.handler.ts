import { Controller } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { Command } from '@lever-certn/events/command';
import { isoTime } from '@lever-certn/events/fields';
import { checkIdOfCommand } from '@lever-certn/events/identity.rules';
import { TOPICS } from '@lever-certn/events/topics';
import { ReceivedEvent } from '@lever-certn/kafka/received-event';
import { LookDesk } from './look-desk';

/**
 * Arrives: something a person, a service or a schedule wants done. Recorded: `look` and `order` make the opportunity due, with what is asked; `erase`
 * forgets what was said of it. Stale ones are dropped; of an order that is told, since a person waits for it.
 * Twice: the same ask is kept once. Dies before the commit: it comes again.
 */
@Controller()
export class CommandHandler {
  constructor(private readonly desk: LookDesk) {}

  @EventPattern<string>(TOPICS.commands.name)
  async handle(@Payload() command: Command, @Ctx() received: ReceivedEvent): Promise<void> {
    const { traceparent } = received.context;
    switch (command.type) {
      case 'look':
        return this.look(command, traceparent);
      case 'order':
        return this.order(command, traceparent);
      case 'erase':
        return this.desk.erase(command.teamId, command.opportunityId!);
      case 'sweep':
      case 'resolve':
        // A sweep looks at many and has a table of its own; resolving is the dispatcher's.
        return;
    }
  }

  private async look(command: Command, traceparent: string | undefined): Promise<void> {
    const { teamId, checkId, settingsVersion } = command;
    const opportunityId = command.opportunityId!;
    if (isStale(command)) return;
    // What the dispatcher asks about waits with its check while the team is disabled.
    if (checkId !== undefined) return this.desk.take({ teamId, opportunityId, stageLook: false, ask: { checkId }, traceparent });
    // Told with the settings that enable the team: those come by another topic, and the look waits for them.
    if (this.desk.isDisabled(teamId, settingsVersion)) return this.desk.skipDisabled({ teamId, opportunityId });
    await this.desk.take({ teamId, opportunityId, stageLook: true, traceparent });
  }

  private async order(command: Command, traceparent: string | undefined): Promise<void> {
    const { teamId, commandId, by, at: transitionAt, packageId } = command;
    const opportunityId = command.opportunityId!;
    const checkId = checkIdOfCommand(teamId, opportunityId, commandId);
    const order = { teamId, opportunityId, checkId, transitionAt };
    if (isStale(command)) return this.desk.refuse(order, 'failed', 'command-stale');
    if (this.desk.isDisabled(teamId)) return this.desk.skipDisabled(order);
    const byHand = { commandId, by, ...(packageId ? { packageId } : {}) };
    await this.desk.take({ teamId, opportunityId, stageLook: false, ask: { checkId, transitionAt, byHand }, traceparent });
  }
}

function isStale(command: Command): boolean {
  return command.validUntil < isoTime();
}
