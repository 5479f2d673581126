import type { Applicant } from '@lever-certn/events/check-requested';

const MAX_ADDRESS_CHARACTERS = 254;
const MAX_LOCAL_CHARACTERS = 64;
const MAX_NAME_CHARACTERS = 200;
const MAX_URL_CHARACTERS = 500;

/** One `@`, no spaces, no brackets or quotes, and a host of dotted labels: what a mail to an applicant can be sent to. Each part is linear to match. */
const LOCAL_PART = /^[^\s@<>()[\]\\,;:"]+$/u;
const HOST_LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u;

/** Whom a check is about, from what Lever says: the name, the first address that mail can be sent to, and where Lever shows the candidacy. */
export function applicantOf(opportunity: { name: string | null; emails: readonly string[]; showUrl?: string | null }): Applicant {
  const email = opportunity.emails.map((address) => address.trim()).find(isMailAddress) ?? null;
  const { showUrl } = opportunity;
  const leverUrl = showUrl?.startsWith('https://') && showUrl.length <= MAX_URL_CHARACTERS ? { leverUrl: showUrl } : {};
  return { name: opportunity.name?.trim().slice(0, MAX_NAME_CHARACTERS) || null, email, ...leverUrl };
}

/** Whether a trimmed text is an address that mail can be sent to. */
export function isMailAddress(address: string): boolean {
  if (address.length > MAX_ADDRESS_CHARACTERS) return false;
  const at = address.lastIndexOf('@');
  if (at < 1 || at > MAX_LOCAL_CHARACTERS) return false;
  const local = address.slice(0, at);
  const labels = address.slice(at + 1).split('.');
  if (!LOCAL_PART.test(local) || local.startsWith('.') || local.endsWith('.') || local.includes('..')) return false;
  return labels.length >= 2 && labels.every((label) => HOST_LABEL.test(label));
}
