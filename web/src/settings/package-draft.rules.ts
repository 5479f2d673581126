import type { NewPackage, PackageAnswer, ServiceAnswer } from '../api/schema';
import { faultsOfFields } from '../session/fields.rules';

/** A package as somebody writes it. */
export interface PackageDraft {
  name: string;
  kind: 'services' | 'certn';
  certnPackageId: string;
  /** The chosen services, with their arguments as text. */
  services: ReadonlyMap<string, string>;
}

/** What is begun with: an existing package, or nothing. */
export function draftOf(about: PackageAnswer | undefined): PackageDraft {
  return {
    name: about?.name ?? '',
    kind: about?.certnPackageId ? 'certn' : 'services',
    certnPackageId: about?.certnPackageId ?? '',
    services: new Map((about?.services ?? []).map((service) => [service.type, textOf(service.arguments ?? null)])),
  };
}

/** Arguments as they may be edited. */
export function textOf(values: Record<string, unknown> | null): string {
  return values === null ? '' : JSON.stringify(values, null, 2);
}

/** With a service chosen or left out; what a chosen one needs comes with it. */
export function withService(draft: PackageDraft, service: ServiceAnswer, isChosen: boolean): PackageDraft {
  const services = new Map(draft.services);
  if (!isChosen) services.delete(service.type);
  else for (const type of [...service.needs, service.type]) if (!services.has(type)) services.set(type, '');
  if (isChosen && !draft.services.has(service.type)) services.set(service.type, textOf(service.arguments));
  return { ...draft, services };
}

/** Services of a package that the chosen ones need and that are not chosen, by the type that needs them. */
export function missingNeeds(draft: PackageDraft, catalogue: readonly ServiceAnswer[]): { type: string; needs: string }[] {
  return catalogue
    .filter(({ type }) => draft.services.has(type))
    .flatMap(({ type, needs }) => needs.filter((need) => !draft.services.has(need)).map((need) => ({ type, needs: need })));
}

/** What is wrong with the arguments of a service, in words; nothing where they are empty or a JSON object. */
export function argumentProblem(text: string): string | null {
  if (text.trim() === '') return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? null : 'Write a JSON object: { … }';
  } catch {
    return 'This is not JSON yet: check brackets, quotes and commas.';
  }
}

/** What is wrong, in words, at the field where it is set right. */
export type DraftFaults = Partial<Record<'name' | 'certnPackageId' | 'services', string>>;

/** What keeps a draft from being saved; nothing: it can be. Arguments tell theirs themselves, by {@link argumentProblem}. */
export function draftFaults({ name, kind, certnPackageId, services }: PackageDraft): DraftFaults {
  const id = certnPackageId.trim();
  return {
    ...(name.trim() === '' ? { name: 'Give the package a name.' } : {}),
    ...(kind === 'certn' && id === '' ? { certnPackageId: "Paste the package's id from Certn's Client Portal." } : {}),
    ...(kind === 'certn' && /\s/.test(id) ? { certnPackageId: 'An id has no spaces: copy it again, without the name.' } : {}),
    ...(kind === 'services' && services.size === 0 ? { services: 'Choose at least one service.' } : {}),
  };
}

/** Whether a draft can be saved. */
export function isWhole(draft: PackageDraft): boolean {
  const isReadable = draft.kind === 'certn' || [...draft.services.values()].every((text) => argumentProblem(text) === null);
  return isReadable && Object.keys(draftFaults(draft)).length === 0;
}

/** What a refusal of the API says of single fields; nothing: it is about the whole. */
export function faultsOfRefusal(refusal: {
  kind: string;
  message: string;
  cure: string;
  more: Record<string, unknown>;
}): DraftFaults {
  if (refusal.kind === 'name-taken') return { name: `${refusal.message} ${refusal.cure}` };
  const faults: DraftFaults = {};
  for (const [field, fault] of Object.entries(faultsOfFields(refusal.more))) {
    const place = (['name', 'certnPackageId', 'services'] as const).find((known) => field.startsWith(known));
    if (place) faults[place] ??= fault;
  }
  return faults;
}

/** The draft as the API takes it. */
export function bodyOf(draft: PackageDraft): NewPackage {
  const name = draft.name.trim();
  if (draft.kind === 'certn') return { name, certnPackageId: draft.certnPackageId.trim() };
  const services = [...draft.services].map(([type, text]) => ({
    type,
    ...(text.trim() === '' ? {} : { arguments: JSON.parse(text) as Record<string, unknown> }),
  }));
  return { name, services };
}
