import { runService } from '@lever-certn/service/run-service';
import { ResolverConfig } from './config';
import { buildResolver } from './resolver';

void runService({ name: 'resolver', config: ResolverConfig, build: buildResolver });
