import { VendorError } from '@lever-certn/vendor-http/vendor-error';
import type { LeverClient } from './lever.client';

/**
 * After a 403: is only this one thing closed to the key, or the whole key? One small reading of the stages tells: `null` when it works, else the refusal as a
 * failure of the whole key (`unauthorized`). Anything that is no refusal is thrown. @throws VendorError
 */
export async function keyRefusal(client: Pick<LeverClient, 'serverTimeMs'>, apiKey: string): Promise<VendorError | null> {
  try {
    await client.serverTimeMs(apiKey);
    return null;
  } catch (error) {
    if (!(error instanceof VendorError) || (error.kind !== 'unauthorized' && error.kind !== 'forbidden')) throw error;
    const { vendor, route, made, status, code } = error;
    const answer = { ...(status === undefined ? {} : { status }), ...(code === undefined ? {} : { code }) };
    return new VendorError({ vendor, route, kind: 'unauthorized', made, ...answer, cause: error });
  }
}
