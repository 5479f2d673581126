import { fieldsOf, idOf, listOf, millisOf, textOf } from '@lever-certn/vendor-http/loose-fields';

/** One service of a case (Certn's "check"). */
export interface CertnService {
  id: string | null;
  /** Certn's check type; empty where it sent none. */
  type: string;
  /** Certn's word; empty where it sent none, which is to be read like any word we do not know. */
  status: string;
}

/** A case as Certn has it now. What the applicant claimed or a check found is dropped on arrival. */
export interface CertnCase {
  id: string;
  /** Certn's short, readable id. */
  shortId: string | null;
  /** `overall_status`; empty where Certn sent none. */
  status: string;
  /** `overall_score`; may stay null for a moment after COMPLETE. */
  score: string | null;
  email: string | null;
  services: CertnService[];
  /** The check types the case was ordered with, sorted; empty where Certn does not say. */
  orderedTypes: string[];
  packageId?: string;
  /** Epoch milliseconds. */
  createdMs: number | null;
  modifiedMs: number | null;
}

/** Reads a case out of Certn's JSON; without an id it is `null`. */
export function readCase(json: unknown): CertnCase | null {
  const fields = fieldsOf(json);
  const id = textOf(fields?.id);
  if (!fields || !id) return null;
  const services = listOf(fields.checks).flatMap(readService);
  const ordered = Object.keys(fieldsOf(fields.check_types_with_arguments) ?? {});
  const packageId = idOf(fields.package);
  return {
    id,
    shortId: textOf(fields.short_id),
    status: textOf(fields.overall_status) ?? '',
    score: textOf(fields.overall_score),
    email: textOf(fields.email_address),
    services,
    orderedTypes: ordered.sort(),
    ...(packageId === null ? {} : { packageId }),
    createdMs: millisOf(fields.created),
    modifiedMs: millisOf(fields.modified),
  };
}

function readService(json: unknown): CertnService[] {
  const fields = fieldsOf(json);
  if (!fields) return [];
  return [{ id: textOf(fields.id), type: textOf(fields.type) ?? '', status: textOf(fields.status) ?? '' }];
}
