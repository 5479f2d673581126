import { Body, Controller, Get, Headers, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { From, type Caller } from '../http/caller';
import { IdListField, NumberField, NumberInQuery, TextField } from '../http/fields';
import { checkedKey, IDEMPOTENCY_KEY } from '../http/idempotency-key';
import { cursorOf, PageAnswer, readCursor } from '../http/paging';
import { StandingDesk } from './standing-desk';

/** Lever's largest page. */
const MAX_PAGE = 100;
const DEFAULT_PAGE = 50;
const MAX_CURSOR_CHARACTERS = 2000;
/** Candidates ordered for in one call. */
export const MAX_STANDING_ORDERS = 200;

const nullableText = { type: String, nullable: true } as const;

class StandingQuery {
  @NumberInQuery(1, MAX_PAGE, { optional: true, says: `How many; ${DEFAULT_PAGE} if not said.` }) limit: number = DEFAULT_PAGE;
  @TextField(MAX_CURSOR_CHARACTERS, { optional: true, says: 'The `next` of the page before.' }) after?: string;
}

class StandingCheckAnswer {
  @ApiProperty() checkId!: string;
  @ApiProperty() status!: string;
  @ApiProperty(nullableText) reason!: string | null;
}

class StandingAnswer {
  @ApiProperty() opportunityId!: string;
  @ApiProperty(nullableText) name!: string | null;
  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'When they came into the stage, where Lever tells.',
  })
  movedInAt!: string | null;
  @ApiProperty({ ...nullableText, description: 'The candidate in Lever.' }) leverUrl!: string | null;
  @ApiProperty({ type: StandingCheckAnswer, nullable: true, description: 'The check they have already, if they have one.' })
  check!: StandingCheckAnswer | null;
}

class StandingPage extends PageAnswer {
  @ApiProperty({ type: [StandingAnswer] }) items!: StandingAnswer[];
}

class StandingOrderRequest {
  @IdListField(MAX_STANDING_ORDERS, { says: 'For whom.' }) opportunityIds!: string[];
  @NumberField(1, MAX_STANDING_ORDERS, { says: 'How many the person was told and confirmed; refused if it differs.' })
  expected!: number;
  @TextField(500, { optional: true, says: 'Why; kept with who.' }) reason?: string;
}

class StandingOrderedItem {
  @ApiProperty() opportunityId!: string;
  @ApiProperty() commandId!: string;
  @ApiProperty() checkId!: string;
}

class StandingOrderedAnswer {
  @ApiProperty({ type: [StandingOrderedItem] }) ordered!: StandingOrderedItem[];
  @ApiProperty({ type: [String], description: 'Those whose check is open already; nothing is ordered for them.' })
  leftOut!: string[];
}

/** Those who stand in the trigger stage already. */
@ApiTags('candidates')
@Controller('api/teams/:teamId/standing')
export class StandingController {
  constructor(private readonly desk: StandingDesk) {}

  @Get()
  @ApiOperation({ summary: 'Who stands in the trigger stage, read from Lever now, and whether they have a check' })
  @ApiOkResponse({ type: StandingPage })
  async list(@Param('teamId') teamId: string, @Query() { limit, after }: StandingQuery): Promise<StandingPage> {
    const offset = readCursor(after, 1)?.[0] ?? null;
    const { items, next } = await this.desk.page(teamId, limit, offset);
    return { items, next: next === null ? null : cursorOf(next) };
  }

  @Post('order')
  @HttpCode(202)
  @ApiOperation({ summary: 'Order for those who stand there already; the number is confirmed with it' })
  @ApiHeader(IDEMPOTENCY_KEY)
  @ApiAcceptedResponse({ type: StandingOrderedAnswer })
  order(
    @From() caller: Caller,
    @Param('teamId') teamId: string,
    @Body() body: StandingOrderRequest,
    @Headers('idempotency-key') key: string | undefined,
  ): Promise<StandingOrderedAnswer> {
    return this.desk.order(caller, teamId, body, checkedKey(key));
  }
}
