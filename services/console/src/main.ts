import { runService } from '@lever-certn/service/run-service';
import { ConsoleConfig } from './config';
import { buildConsole, CONSOLE } from './console';

void runService({ name: CONSOLE, config: ConsoleConfig, build: (context) => buildConsole(context) });
