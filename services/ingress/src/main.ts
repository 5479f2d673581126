import { runService } from '@lever-certn/service/run-service';
import { IngressConfig } from './config';
import { buildIngress } from './ingress';
import { INGRESS } from './ingress.module';

void runService({ name: INGRESS, config: IngressConfig, build: buildIngress });
