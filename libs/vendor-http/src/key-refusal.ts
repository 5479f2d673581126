import { VendorError } from './vendor-error';

/**
 * After a 403: is only this one thing closed to the key, or the whole key? One small reading that every key in use may make tells: `null` when it works, else the
 * refusal as a failure of the whole key (`unauthorized`). Anything that is no refusal is thrown. @throws VendorError
 */
export async function keyRefusal(smallReading: () => Promise<unknown>): Promise<VendorError | null> {
  try {
    await smallReading();
    return null;
  } catch (error) {
    if (!(error instanceof VendorError) || (error.kind !== 'unauthorized' && error.kind !== 'forbidden')) throw error;
    const { vendor, route, made, status, code } = error;
    const answer = { ...(status === undefined ? {} : { status }), ...(code === undefined ? {} : { code }) };
    return new VendorError({ vendor, route, kind: 'unauthorized', made, ...answer, cause: error });
  }
}
