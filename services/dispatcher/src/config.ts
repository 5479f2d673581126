import { configOf } from '@lever-certn/config/config-parts';
import { Parsed, WholeNumber } from '@lever-certn/config/setting';
import { DatabaseConfig } from '@lever-certn/database/database';
import { KafkaConfig } from '@lever-certn/kafka/connection';
import { IndexConfig, SealingConfig, ServiceConfig, VendorConfig } from '@lever-certn/service/config';

const DAY_MS = 86_400_000;
const MAX_WAITS = 10;

/** Reads waits as the environment writes them: milliseconds that never fall, separated by commas. @throws Error that says what is wrong */
export function parseWaits(text: string): number[] {
  const waits = text.split(',').map((part) => Number(part.trim() || 'none'));
  if (waits.length > MAX_WAITS || !waits.every((wait) => Number.isInteger(wait) && wait >= 0 && wait <= DAY_MS))
    throw new Error(`write at most ${MAX_WAITS} whole numbers of milliseconds up to a day, separated by commas`);
  if (waits.some((wait, index) => wait < (waits[index - 1] ?? 0))) throw new Error('write the shorter waits first');
  return waits;
}

/** What the dispatcher is told. */
export class DispatcherConfig extends configOf(
  ServiceConfig,
  KafkaConfig,
  DatabaseConfig,
  SealingConfig,
  IndexConfig,
  VendorConfig,
) {
  @WholeNumber('How old facts from Lever may be when a check is ordered; older ones are first looked at again.', 1000, DAY_MS)
  FACTS_FRESH_MS: number = 900_000;

  @WholeNumber('After the claim of a row its order must be on its way within this time, or it is not sent at all.', 50, 60_000)
  ORDER_SEND_WITHIN_MS: number = 5_000;

  @Parsed('When an order whose end is unknown is looked up at Certn, counted from the attempt.', parseWaits)
  UNCLEAR_LOOKUPS_MS: string = '30000,90000';

  @Parsed('Waits before an order is tried again after its first, second … attempt ended unclear and made no case.', parseWaits)
  UNCLEAR_RETRIES_MS: string = '0,300000,1800000,7200000';

  @WholeNumber(
    'How long orders of an account rest after five attempts in a row ended unclear; doubles with each further one.',
    100,
    DAY_MS,
  )
  ORDER_HOLD_MS: number = 60_000;

  @WholeNumber('After this time a running case is read again though nothing was heard of it.', 1000, DAY_MS)
  CASE_REREAD_MS: number = 3_600_000;

  @WholeNumber('A case is read at most once in this time, however many events name it.', 0, 60_000)
  CASE_READ_GAP_MS: number = 5_000;
}

/**
 * What stands against running with a valid configuration: a lookup must not come before the call it looks for is surely over, or a case that is
 * just being made would be taken for none.
 */
export function timingProblems(config: DispatcherConfig): string[] {
  const overAfterMs = config.ORDER_SEND_WITHIN_MS + config.VENDOR_TIMEOUT_MS;
  const [first = 0] = parseWaits(config.UNCLEAR_LOOKUPS_MS);
  return first > overAfterMs
    ? []
    : [
        `UNCLEAR_LOOKUPS_MS must start after ORDER_SEND_WITHIN_MS + VENDOR_TIMEOUT_MS (${overAfterMs}): a call could still be under way`,
      ];
}
