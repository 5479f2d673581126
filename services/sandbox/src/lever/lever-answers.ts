import type { Answer, VendorRoute } from '../vendor-route';
import type { LeverAccount, LeverKey, LeverPermission, Opportunity } from './lever-account';

/** Who calls Lever. */
export interface LeverCaller {
  account: LeverAccount;
  key: LeverKey;
}

/** A route and the grant it needs. */
export interface LeverRoute extends VendorRoute<LeverCaller> {
  permission: LeverPermission;
}

/** An opportunity as Lever sends it; `expand` puts objects where ids stand. */
export function opportunityJson(one: Opportunity, expand: readonly string[] = [], account?: LeverAccount): object {
  const { contact } = one;
  const stage = expand.includes('stage') ? (account?.stages.find(({ id }) => id === one.stageId) ?? one.stageId) : one.stageId;
  return {
    id: one.id,
    name: contact.name,
    contact: expand.includes('contact') ? { id: contact.id, name: contact.name, emails: contact.emails } : contact.id,
    headline: '',
    location: '',
    emails: contact.emails,
    phones: [],
    confidentiality: one.confidential ? 'confidential' : 'non-confidential',
    links: contact.links,
    tags: one.tags,
    stage,
    stageChanges: one.stageChanges,
    archived: one.archived,
    origin: 'applied',
    sources: [],
    sourcedBy: null,
    owner: null,
    followers: [],
    applications: [],
    createdAt: one.createdAt,
    updatedAt: one.updatedAt,
    lastInteractionAt: one.updatedAt,
    lastAdvancedAt: one.lastAdvancedAt,
    snoozedUntil: null,
    urls: { list: 'https://hire.lever.co/candidates', show: `https://hire.lever.co/candidates/${one.id}` },
    isAnonymized: contact.isAnonymized,
    dataProtection: contact.contactAllowed
      ? null
      : { store: { allowed: true, expiresAt: null }, contact: { allowed: false, expiresAt: null } },
  };
}

/** Lever's error shape. */
export function failure(status: number, code: string, message: string): Answer {
  return { status, json: { code, message } };
}
