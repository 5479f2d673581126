import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { isoTime } from '@lever-certn/events/fields';
import { SECRET_FIELD, type TeamSettings } from '@lever-certn/events/team-settings';
import { TOPICS } from '@lever-certn/events/topics';
import { EventProducer } from '@lever-certn/kafka/event-producer';
import { ownTopics, type OwnTopics } from '@lever-certn/kafka/topics.fixture';
import { signLever } from '@lever-certn/lever/lever-signature';
import { startService, type ServiceProcess } from '@lever-certn/local-stack/service-process';
import { Keyring } from '@lever-certn/sealing/keyring';
import { STAGE } from './ingress.fixture';

const SIGNATURE_TOKEN = 'first-token';

/** What one request got. `status` 0: no connection, or it broke before the answer. */
export interface Sent {
  status: number;
  opportunityId: string;
  retryAfter: string | undefined;
}

/** Ingress as a process of its own, with topics and one team of its own. */
export class IngressBed {
  readonly teamId = randomUUID();
  readonly integrationId = randomBytes(16).toString('hex');
  readonly sealingKeys = `k1:${randomBytes(32).toString('base64')}`;
  private readonly logs = mkdtempSync(path.join(os.tmpdir(), 'ingress-spec-'));
  private readonly keyring = Keyring.parse(this.sealingKeys);
  private readonly processes: ServiceProcess[] = [];
  private readonly agent = new Agent({ keepAlive: true });
  private readonly producer: EventProducer;
  private version = 0;

  static async open(brokers?: string[]): Promise<IngressBed> {
    const bed = new IngressBed(await ownTopics(brokers));
    await bed.producer.connect();
    return bed;
  }

  private constructor(readonly topics: OwnTopics) {
    this.producer = new EventProducer(topics.settings, { source: 'console', sendTimeoutMs: 20_000 });
  }

  /** Starts a copy of ingress; resolves when it is ready unless it is told not to wait. */
  async start(environment: Record<string, string> = {}, wait = true): Promise<ServiceProcess> {
    const ingress = await startService(
      'ingress',
      {
        KAFKA_BROKERS: this.topics.settings.brokers.join(','),
        TOPIC_PREFIX: this.topics.settings.topicPrefix,
        SEALING_KEYS: this.sealingKeys,
        SHUTDOWN_GRACE_MS: '20000',
        ...environment,
      },
      { logFile: path.join(this.logs, `ingress-${this.processes.length}.log`) },
    );
    this.processes.push(ingress);
    if (wait) await ingress.ready();
    return ingress;
  }

  /** Saves the team's settings, as the console does. */
  async saveTeam(change: { signatureTokens?: string[]; stageId?: string } = {}): Promise<void> {
    const { signatureTokens = [SIGNATURE_TOKEN], stageId = STAGE } = change;
    const { teamId } = this;
    const seal = (recordId: string, text: string): string => this.keyring.seal(text, { teamId, recordId, field: SECRET_FIELD });
    const settings: TeamSettings = {
      teamId,
      version: (this.version += 1),
      integrationId: this.integrationId,
      name: 'Acme',
      enabled: true,
      tagProfile: 'classic',
      shareResults: false,
      lever: {
        account: 'lever-account',
        apiKey: seal('lever', 'key'),
        signatureTokens: signatureTokens.map((token, index) => ({
          id: `t${index}`,
          value: seal(`t${index}`, token),
          setAt: isoTime(),
        })),
        triggerStage: { id: stageId, name: 'Background Check' },
      },
      packages: [],
      savedAt: isoTime(),
    };
    await this.producer.publish(TOPICS.teamSettings, settings, { id: randomUUID() });
  }

  removeTeam(): Promise<void> {
    return this.producer.tombstone(TOPICS.teamSettings, this.teamId, this.teamId);
  }

  /** One webhook of a new candidate who moves into the stage. */
  send(ingress: ServiceProcess, { signatureToken = SIGNATURE_TOKEN, toStageId = STAGE } = {}): Promise<Sent> {
    const opportunityId = randomUUID();
    const [token, triggeredAt] = [randomUUID(), Date.now()];
    const signature = signLever({ token, triggeredAt }, signatureToken);
    const body = JSON.stringify({
      event: 'candidateStageChange',
      triggeredAt,
      token,
      signature,
      data: { opportunityId, toStageId },
    });
    return new Promise((resolve) => {
      const request = httpRequest(
        `${ingress.url}/webhooks/lever/${this.integrationId}`,
        {
          method: 'POST',
          agent: this.agent,
          headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
        },
        (response) => {
          response.resume();
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, opportunityId, retryAfter: response.headers['retry-after'] }),
          );
          response.on('error', () => resolve({ status: 0, opportunityId, retryAfter: undefined }));
        },
      );
      request.on('error', () => resolve({ status: 0, opportunityId, retryAfter: undefined }));
      request.end(body);
    });
  }

  /** Stops what still runs and removes what was made. */
  async close(): Promise<void> {
    this.agent.destroy();
    for (const ingress of this.processes) if (ingress.running) await ingress.kill();
    await this.producer.disconnect();
    await this.topics.remove().catch(() => undefined);
    rmSync(this.logs, { recursive: true, force: true });
  }
}
