import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChoiceField, TextField } from '../http/fields';
import { cursorOf, PageQuery, pageOf, readCursor } from '../http/paging';
import { DeliveryPage } from './answers';
import { DeliveriesStore } from './deliveries.store';

class DeliveryQuery extends PageQuery {
  @ChoiceField(['lever', 'certn'], { optional: true }) vendor?: string;
  @TextField(60, { optional: true, says: 'A verdict, like accepted or signature-wrong.' }) outcome?: string;
}

/** Webhooks of a team with their verdicts; those nobody signed are only counted. */
@ApiTags('candidates')
@Controller('api/teams/:teamId/deliveries')
export class DeliveriesController {
  constructor(private readonly deliveries: DeliveriesStore) {}

  @Get()
  @ApiOperation({ summary: 'Webhooks with their verdict, newest first' })
  @ApiOkResponse({ type: DeliveryPage })
  async list(@Param('teamId') teamId: string, @Query() query: DeliveryQuery): Promise<DeliveryPage> {
    const { vendor, outcome, limit } = query;
    const rows = await this.deliveries.list({ teamId, vendor, outcome, after: readCursor(query.after, 2), limit: limit + 1 });
    const { items, next } = pageOf(rows, limit, ({ position }) => cursorOf(...position));
    return { items: items.map(({ position: _, ...delivery }) => delivery), next };
  }
}
