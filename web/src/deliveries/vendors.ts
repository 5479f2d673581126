/** Who sends webhooks. */
export const VENDORS: Record<string, string> = { lever: 'Lever', certn: 'Certn' };
