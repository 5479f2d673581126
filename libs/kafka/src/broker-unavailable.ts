/** The broker did not take a message in time. Whether it was written is not known: a repeat may be one. */
export class BrokerUnavailableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BrokerUnavailableError';
  }
}

/** A message that the broker will never take as it is: too large, no such topic or partition, not allowed. */
export class MessageRefusedError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MessageRefusedError';
  }
}
