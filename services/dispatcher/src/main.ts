import { runService } from '@lever-certn/service/run-service';
import { DispatcherConfig } from './config';
import { buildDispatcher } from './dispatcher';

void runService({ name: 'dispatcher', config: DispatcherConfig, build: (context) => buildDispatcher(context) });
