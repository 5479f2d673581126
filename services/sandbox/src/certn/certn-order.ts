import type { CertnAccount, NewCase } from './certn-account';

/** Why an order is refused: one entry of Certn's `errors`. */
export interface OrderRefusal {
  refused: { code: string; detail: string; attr: string };
}

type Body = Record<string, unknown>;

const EMAIL = /^[^\s@<>()",;]+@[^\s@<>()",;]+\.[^\s@<>()",;.]+$/;
const CHECK_TYPE = /^[A-Z][A-Z0-9_]*_\d+$/;
const INVITE_FIELDS = [
  'email_address',
  'send_invite_email',
  'return_invite_link',
  'group',
  'ordered_by',
  'tag_ids',
  'input_claims',
  'permissible_purpose',
];

/** Reads the body of `POST /cases/order/`. What Certn does not document is refused, so that a wrong name is noticed. */
export function readOrder(body: unknown, account: CertnAccount): NewCase | OrderRefusal {
  const fields = bodyOf(body);
  const unknown = unknownField(fields, [...INVITE_FIELDS, 'check_types_with_arguments', 'package']);
  if (unknown) return unknown;
  const checks = fields.check_types_with_arguments;
  if (typeof checks !== 'object' || checks === null || Array.isArray(checks) || Object.keys(checks).length === 0)
    return refuse('required', 'At least one check type is required.', 'check_types_with_arguments');
  if (!Object.keys(checks).every((type) => CHECK_TYPE.test(type)))
    return refuse('invalid_choice', 'Not a valid check type.', 'check_types_with_arguments');
  return invite(fields, account, checks as NewCase['checkTypes'], null);
}

/** Reads the body of `POST /cases/order-package/`. */
export function readPackageOrder(body: unknown, account: CertnAccount): NewCase | OrderRefusal {
  const fields = bodyOf(body);
  const unknown = unknownField(fields, [...INVITE_FIELDS, 'package']);
  if (unknown) return unknown;
  const wanted = account.packages.get(String(fields.package));
  if (!wanted) return refuse('does_not_exist', 'Invalid package.', 'package');
  return invite(fields, account, wanted.checks, wanted.id);
}

function invite(
  fields: Body,
  account: CertnAccount,
  checkTypes: NewCase['checkTypes'],
  packageId: string | null,
): NewCase | OrderRefusal {
  const email = fields.email_address;
  if (typeof email !== 'string' || !EMAIL.test(email)) return refuse('invalid', 'Enter a valid email address.', 'email_address');
  if (fields.send_invite_email !== undefined && typeof fields.send_invite_email !== 'boolean')
    return refuse('invalid', 'Must be a valid boolean.', 'send_invite_email');
  const group = fields.group ?? null;
  if (group !== null && !account.groups.some(({ id }) => id === group))
    return refuse('does_not_exist', 'Invalid group.', 'group');
  return { email, checkTypes, packageId, group: group as string | null, invite: fields.send_invite_email === true };
}

function unknownField(fields: Body, known: readonly string[]): OrderRefusal | undefined {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  return unknown === undefined ? undefined : refuse('unknown_field', 'Unknown field.', unknown);
}

function bodyOf(body: unknown): Body {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Body) : {};
}

function refuse(code: string, detail: string, attr: string): OrderRefusal {
  return { refused: { code, detail, attr } };
}
