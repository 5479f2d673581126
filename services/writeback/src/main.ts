import { runService } from '@lever-certn/service/run-service';
import { WritebackConfig } from './config';
import { buildWriteback } from './writeback';

void runService({ name: 'writeback', config: WritebackConfig, build: buildWriteback });
