import { DeadLetter, MAX_DEAD_LETTER_BYTES } from '@lever-certn/events/dead-letter';
import { isoTime } from '@lever-certn/events/fields';
import { factId } from '@lever-certn/events/identity.rules';
import { TOPICS } from '@lever-certn/events/topics';
import type { Keyring } from '@lever-certn/sealing/keyring';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { EventProducer } from './event-producer';

/** A message that is set aside. */
export interface SetAside {
  /** Without prefix. */
  topic: string;
  partition: number;
  message: KafkaMessage;
  /** Holds no value of the message. */
  reason: string;
  attempts: number;
  teamId?: string | undefined;
}

const MAX_KEY_BYTES = 7000;
const MAX_HEADER_BYTES = 64 * 1024;
const MAX_REASON_CHARACTERS = 500;

/** Sets messages aside in the topic `dead-letters`, sealed, with what a person needs to judge and replay them. */
export class DeadLetters {
  constructor(
    private readonly producer: Pick<EventProducer, 'publish'>,
    private readonly keyring: Keyring,
    /** Without prefix. */
    private readonly group: string,
  ) {}

  /** Resolves when the broker has it. A repeat is the same dead letter again. Rejects as `EventProducer.publish` does. */
  send(aside: SetAside): Promise<void> {
    const { topic, partition, message } = aside;
    const id = factId('dead-letter', this.group, topic, partition, message.offset);
    return this.producer.publish(TOPICS.deadLetters, this.letter(aside), { id });
  }

  private letter({ topic, partition, message, reason, attempts, teamId }: SetAside): DeadLetter {
    const { offset, key, value } = message;
    const headers = headerTexts(message.headers);
    const whole = (value?.length ?? 0) <= MAX_DEAD_LETTER_BYTES && (key?.length ?? 0) <= MAX_KEY_BYTES && headers !== undefined;
    const place = { teamId: topic, recordId: `${partition}-${offset}`, field: 'original' };
    return Object.assign(new DeadLetter(), {
      topic,
      partition,
      offset,
      group: this.group,
      reason: reason.slice(0, MAX_REASON_CHARACTERS),
      attempts,
      at: isoTime(),
      ...(teamId ? { teamId } : {}),
      ...(whole && value ? { original: this.keyring.seal(value.toString('base64'), place) } : {}),
      ...(whole ? { originalHeaders: headers } : {}),
      ...(whole && key ? { originalKey: key.toString('base64') } : {}),
    });
  }
}

/** `undefined` when they are too large to keep. Of a header that stands several times the first is kept. */
function headerTexts(headers: IHeaders | undefined): Record<string, string> | undefined {
  const texts: Record<string, string> = {};
  let bytes = 0;
  for (const [name, value] of Object.entries(headers ?? {})) {
    const first = Array.isArray(value) ? value[0] : value;
    if (first === undefined) continue;
    texts[name] = Buffer.from(first).toString('base64');
    bytes += name.length + texts[name].length;
  }
  return bytes <= MAX_HEADER_BYTES ? texts : undefined;
}
