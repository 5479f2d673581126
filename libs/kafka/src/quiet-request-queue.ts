/** What we use of a connection's queue of requests in kafkajs 2.2.4. */
interface RequestQueue {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
}

/** Between two looks at a full queue that waits for answers; an answer looks by itself, so this is only for what would be missed. As kafkajs' own. */
const CHECK_PENDING_MS = 10;

/**
 * Looks at the waiting requests of a connection when there are some. kafkajs 2.2.4 looks every millisecond for as long as the connection lives, whether there are
 * some or not (https://github.com/tulios/kafkajs/issues/1704, open): 900 wake-ups a second of every service, 2 to 5 % of a core each.
 */
function scheduleCheckPendingRequests(this: RequestQueue): void {
  if (this.pending.length === 0 || this.throttleCheckTimeoutId) return;
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    },
    Math.max(this.throttledUntil - Date.now(), CHECK_PENDING_MS),
  );
}

/** Puts {@link scheduleCheckPendingRequests} in the place of kafkajs' own; to be called before the first connection is opened. */
export function useQuietRequestQueues(): void {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- not part of kafkajs' types
  const queue = require('kafkajs/src/network/requestQueue/index.js') as { prototype: { scheduleCheckPendingRequests(): void } };
  queue.prototype.scheduleCheckPendingRequests = scheduleCheckPendingRequests;
}
