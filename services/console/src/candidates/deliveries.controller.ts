import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChoiceField, IdField, TextField, TimeField } from '../http/fields';
import { cursorOf, PageQuery, pageOf, readCursor } from '../http/paging';
import { DeliveryCountsAnswer, DeliveryPage } from './answers';
import { DeliveriesStore } from './deliveries.store';
import { verdictWords } from './words/verdict-words.rules';

class DeliveryQuery extends PageQuery {
  @ChoiceField(['lever', 'certn'], { optional: true }) vendor?: string;
  @TextField(60, { optional: true, says: 'A verdict, like accepted or signature-wrong.' }) outcome?: string;
  @IdField({ optional: true, says: 'Webhooks about this candidate: Lever’s id.' }) opportunityId?: string;
  @TimeField({ optional: true, says: 'Not before this time.' }) since?: string;
  @TimeField({ optional: true, says: 'Not after this time.' }) until?: string;
}

const COUNTED_MS = 24 * 3_600_000;

/** Webhooks of a team with their verdicts; those nobody signed are only counted. */
@ApiTags('candidates')
@Controller('api/teams/:teamId')
export class DeliveriesController {
  constructor(private readonly deliveries: DeliveriesStore) {}

  @Get('deliveries')
  @ApiOperation({ summary: 'Webhooks with their verdict, newest first' })
  @ApiOkResponse({ type: DeliveryPage })
  async list(@Param('teamId') teamId: string, @Query() query: DeliveryQuery): Promise<DeliveryPage> {
    const { limit, after, ...filter } = query;
    const rows = await this.deliveries.list({ teamId, ...filter, after: readCursor(after, 2), limit: limit + 1 });
    const { items, next } = pageOf(rows, limit, ({ position }) => cursorOf(...position));
    return { items: items.map(({ position: _, ...delivery }) => ({ ...delivery, ...verdictWords(delivery.outcome) })), next };
  }

  @Get('delivery-counts')
  @ApiOperation({ summary: 'How many webhooks got which verdict in the last 24 hours' })
  @ApiOkResponse({ type: DeliveryCountsAnswer })
  async counts(@Param('teamId') teamId: string): Promise<DeliveryCountsAnswer> {
    const since = new Date(Date.now() - COUNTED_MS).toISOString();
    const counts = await this.deliveries.counts(teamId, since);
    return { since, counts: counts.map((count) => ({ ...count, ...verdictWords(count.outcome) })) };
  }
}
