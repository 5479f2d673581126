import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { From, type Caller } from '../http/caller';
import { TestEventSender } from './test-event';
import { TEST_EVENT_OUTCOMES, type TestEventResult } from './test-event.rules';

class TestEventAnswer implements TestEventResult {
  @ApiProperty({ enum: TEST_EVENT_OUTCOMES }) outcome!: TestEventResult['outcome'];
  @ApiProperty({ type: 'integer', nullable: true, description: 'What ingress answered.' }) status!: number | null;
  @ApiProperty({ description: 'What was seen, and what it proves.' }) says!: string;
  @ApiProperty({ type: String, nullable: true }) cure!: string | null;
}

/** A webhook of our own making. */
@ApiTags('lever')
@Controller('api/teams/:teamId/test-event')
export class TestEventController {
  constructor(private readonly sender: TestEventSender) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Send our own ingress a signed test event; nothing is ordered by it' })
  @ApiOkResponse({ type: TestEventAnswer })
  send(@From() caller: Caller, @Param('teamId') teamId: string): Promise<TestEventAnswer> {
    return this.sender.send(caller, teamId);
  }
}
