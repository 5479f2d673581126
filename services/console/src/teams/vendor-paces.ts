import { VendorPace } from './vendor-pace';

/** The console's share of Lever's limit: 1 of 10 a second. */
export class LeverPace extends VendorPace {}

/** The console's share of Certn's limit: 6 of 60 a minute. */
export class CertnPace extends VendorPace {}
