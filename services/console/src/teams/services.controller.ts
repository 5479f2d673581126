import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { PageAnswer } from '../http/paging';
import { SERVICE_CATALOGUE } from './service-catalogue';

class ServiceAnswer {
  @ApiProperty() type!: string;
  @ApiProperty() name!: string;
  @ApiProperty() says!: string;
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true }) arguments!: Record<string, unknown> | null;
  @ApiProperty({ type: [String] }) needs!: string[];
}

class ServicePage extends PageAnswer {
  @ApiProperty({ type: [ServiceAnswer] }) items!: ServiceAnswer[];
}

/** The catalogue of Certn check types. */
@ApiTags('packages')
@Controller('api/services')
export class ServicesController {
  @Get()
  @ApiOperation({ summary: 'The catalogue of Certn check types' })
  @ApiOkResponse({ type: ServicePage })
  list(): ServicePage {
    return { items: [...SERVICE_CATALOGUE], next: null };
  }
}
