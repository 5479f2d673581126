import fs from 'node:fs';
import { EventProducer } from './event-producer';
import { startStageConsumer } from './consumer.fixture';
import { newKeyring } from './topics.fixture';

/**
 * A consumer as a process of its own: records each opportunity id as a line of a file, one a millisecond, and prints its pid, and `joined`.
 * Arguments: topic prefix, file, session timeout in ms.
 */
async function main([topicPrefix, file, sessionTimeoutMs]: string[]): Promise<void> {
  const settings = { brokers: process.env.KAFKA_BROKERS!.split(','), clientId: 'consumer-process', topicPrefix: topicPrefix! };
  const producer = new EventProducer(settings, { source: 'kafka-spec' });
  await producer.connect();
  let turn = Promise.resolve();
  const record = (id: string): Promise<void> =>
    (turn = turn.then(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      fs.appendFileSync(file!, `${id}\n`);
    }));
  process.stdout.write(`pid ${process.pid}\n`);
  const { app } = await startStageConsumer(
    {
      settings,
      group: 'processes',
      producer,
      keyring: newKeyring(),
      isOutage: () => false,
      onFatal: () => process.exit(70),
      sessionTimeoutMs: Number(sessionTimeoutMs),
    },
    (event) => record(event.opportunityId),
  );
  process.stdout.write('joined\n');
  process.on('SIGTERM', () => void app.close().then(() => process.exit(0)));
}

void main(process.argv.slice(2));
