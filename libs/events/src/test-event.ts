/**
 * The event of our own test webhook, signed like one of Lever's. Lever has no event of this name, so it never becomes a move and never starts a check; what
 * takes it in tells by the name that it did not come from Lever.
 */
export const TEST_EVENT = 'leverCertnTest';
