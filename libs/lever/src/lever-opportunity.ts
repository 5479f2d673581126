import { fieldsOf, idOf, listOf, millisOf, textOf, textsOf, type Fields } from '@lever-certn/vendor-http/loose-fields';

/** One entry into a stage, as Lever itself recorded it. */
export interface LeverStageChange {
  toStageId: string;
  /** Epoch milliseconds, Lever's clock. */
  updatedAtMs: number;
}

/** A candidacy as Lever has it now. */
export interface LeverOpportunity {
  id: string;
  /** The person's full name, one string. */
  name: string | null;
  contactId: string | null;
  /** All addresses of the person, over all opportunities; the first is not known to be the main one. */
  emails: string[];
  /** Tags of this opportunity, spelled as Lever has them. */
  tags: string[];
  /** Links of the person, shared by all their opportunities. */
  links: string[];
  stageId: string | null;
  /** In no promised order; `null` where Lever sent no list. */
  stageChanges: LeverStageChange[] | null;
  archived: boolean;
  isAnonymized: boolean;
  /** False where data protection forbids contact. */
  contactAllowed: boolean;
  confidential: boolean;
  /** The candidate's page in Lever. */
  showUrl: string | null;
  /** Lever's clock when it answered (`Date` header), epoch milliseconds; `null` where it sent none. */
  serverTimeMs: number | null;
}

/** Reads an opportunity out of Lever's JSON. Almost every field may be null or missing; without an id it is `null`. */
export function readOpportunity(json: unknown, serverTimeMs: number | null): LeverOpportunity | null {
  const fields = fieldsOf(json);
  const id = textOf(fields?.id);
  if (!fields || !id) return null;
  return {
    id,
    name: textOf(fields.name),
    contactId: idOf(fields.contact),
    emails: textsOf(fields.emails),
    tags: textsOf(fields.tags),
    links: textsOf(fields.links),
    stageId: idOf(fields.stage),
    stageChanges: stageChangesOf(fields.stageChanges),
    archived: isArchived(fields.archived),
    isAnonymized: fields.isAnonymized === true,
    contactAllowed: fieldsOf(fieldsOf(fields.dataProtection)?.contact)?.allowed !== false,
    confidential: fields.confidentiality === 'confidential',
    showUrl: textOf(fieldsOf(fields.urls)?.show),
    serverTimeMs,
  };
}

function stageChangesOf(value: unknown): LeverStageChange[] | null {
  if (!Array.isArray(value)) return null;
  const changes: LeverStageChange[] = [];
  for (const entry of listOf(value)) {
    const toStageId = idOf(fieldsOf(entry)?.toStageId);
    const updatedAtMs = millisOf(fieldsOf(entry)?.updatedAt);
    if (toStageId !== null && updatedAtMs !== null) changes.push({ toStageId, updatedAtMs });
  }
  return changes;
}

/** Lever says `null`, or an object with time and reason; an object of nulls says nothing. */
function isArchived(value: unknown): boolean {
  if (value === null || value === undefined || value === false) return false;
  const archived: Fields | null = fieldsOf(value);
  return archived === null || !(archived.archivedAt === null && (archived.reason ?? null) === null);
}
