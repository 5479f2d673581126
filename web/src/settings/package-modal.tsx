import '@mantine/core/styles/SegmentedControl.css';
import { Alert, Button, Checkbox, Group, Input, JsonInput, Modal, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useId, useRef, useState } from 'react';
import { answer, api, ApiProblem } from '../api/client';
import type { PackageAnswer, ServiceAnswer } from '../api/schema';
import { ProblemNotice } from '../parts/notices';
import { Reading } from '../parts/reading';
import {
  argumentProblem,
  bodyOf,
  draftFaults,
  draftOf,
  faultsOfRefusal,
  isWhole,
  missingNeeds,
  withService,
  type PackageDraft,
} from './package-draft.rules';
import { servicesQuery, useSettingsRefresh } from './settings.queries';

const KINDS = [
  { value: 'services', label: 'Services' },
  { value: 'certn', label: 'Package of Certn' },
];

interface PackageModalProps {
  teamId: string;
  /** Absent: a new one. */
  about: PackageAnswer | undefined;
  close: () => void;
}

/** Create New Package, or Edit. */
export function PackageModal({ teamId, about, close }: PackageModalProps) {
  const [draft, setDraft] = useState(() => draftOf(about));
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const refresh = useSettingsRefresh(teamId);
  // Once it is shown: who listens or is far below is brought to what is to be set right.
  const toFirstFault = (): void =>
    void setTimeout(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
  const save = useMutation({
    mutationFn: (): Promise<unknown> => {
      const body = bodyOf(draft);
      return about
        ? answer(api.PATCH('/api/teams/{teamId}/packages/{id}', { params: { path: { teamId, id: about.id } }, body }))
        : answer(api.POST('/api/teams/{teamId}/packages', { params: { path: { teamId } }, body }));
    },
    onSuccess: async () => {
      close();
      await refresh();
    },
    onError: toFirstFault,
  });
  const refused = save.error instanceof ApiProblem ? faultsOfRefusal(save.error) : {};
  const faults = { ...(tried ? draftFaults(draft) : {}), ...refused };
  const write = (next: PackageDraft): void => {
    setDraft(next);
    // What was refused is another draft from now on.
    if (save.error) save.reset();
  };
  const submit = (): void => {
    setTried(true);
    if (isWhole(draft)) save.mutate();
    else toFirstFault();
  };
  return (
    <Modal opened onClose={close} title={about ? `Edit ${about.name}` : 'Create New Package'} size="lg">
      <form
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack>
          {Object.keys(refused).length === 0 && <ProblemNotice error={save.error} />}
          <TextInput
            label="Name"
            description="A tag of this name on a candidate in Lever chooses this package."
            value={draft.name}
            onChange={(event) => write({ ...draft, name: event.currentTarget.value })}
            error={faults.name}
            maxLength={200}
            autoComplete="off"
            data-autofocus
          />
          <SegmentedControl
            data={KINDS}
            value={draft.kind}
            onChange={(kind) => write({ ...draft, kind: kind as PackageDraft['kind'] })}
            aria-label="What the package is made of"
          />
          {draft.kind === 'services' ? (
            <Services draft={draft} setDraft={write} fault={faults.services} />
          ) : (
            <TextInput
              label="Package id"
              description="As Certn's Client Portal shows it under Packages. Certn tells only with an order whether it knows an id: try a new one with one candidate first."
              value={draft.certnPackageId}
              onChange={(event) => write({ ...draft, certnPackageId: event.currentTarget.value })}
              error={faults.certnPackageId}
              maxLength={100}
              autoComplete="off"
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              {about ? 'Save package' : 'Create package'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface ServicesProps {
  draft: PackageDraft;
  setDraft: (draft: PackageDraft) => void;
}

function Services({ draft, setDraft, fault }: ServicesProps & { fault?: string }) {
  const faultId = useId();
  const catalogue = useQuery(servicesQuery);
  const { data } = catalogue;
  if (!data) return <Reading of={catalogue} rows={4} />;
  const known = new Set(data.items.map(({ type }) => type));
  const others = [...draft.services.keys()]
    .filter((type) => !known.has(type))
    .map((type): ServiceAnswer => ({ type, name: type, says: 'Another check type of Certn.', arguments: null, needs: [] }));
  const needs = missingNeeds(draft, data.items);
  return (
    <Stack gap="sm" role="group" aria-label="Services" aria-describedby={fault && faultId}>
      {fault && (
        <Input.Error id={faultId} role="alert">
          {fault}
        </Input.Error>
      )}
      {[...data.items, ...others].map((service) => (
        <Service key={service.type} service={service} draft={draft} setDraft={setDraft} isAtFault={fault !== undefined} />
      ))}
      <OtherType draft={draft} setDraft={setDraft} />
      {needs.map(({ type, needs: need }) => (
        <Alert key={`${type} ${need}`} color="amber" role="status">
          Certn wants {need} in the same package as {type}.
        </Alert>
      ))}
    </Stack>
  );
}

function Service({ service, draft, setDraft, isAtFault }: ServicesProps & { service: ServiceAnswer; isAtFault: boolean }) {
  const text = draft.services.get(service.type);
  return (
    <Stack gap={6}>
      <Checkbox
        label={service.name}
        description={service.says}
        checked={text !== undefined}
        error={isAtFault}
        onChange={(event) => setDraft(withService(draft, service, event.currentTarget.checked))}
      />
      {text !== undefined && (service.arguments !== null || text !== '') && (
        <JsonInput
          ml={30}
          label={`Arguments of ${service.name}`}
          description="What Certn wants to know for it."
          value={text}
          onChange={(value) => setDraft({ ...draft, services: new Map(draft.services).set(service.type, value) })}
          error={argumentProblem(text)}
          autosize
          minRows={2}
          maxRows={10}
        />
      )}
    </Stack>
  );
}

function OtherType({ draft, setDraft }: ServicesProps) {
  const [type, setType] = useState('');
  const add = (): void => {
    const services = new Map(draft.services);
    if (!services.has(type.trim())) services.set(type.trim(), '{}');
    setDraft({ ...draft, services });
    setType('');
  };
  return (
    <Group align="flex-end" gap="xs">
      <TextInput
        label="Another check type"
        description="The name Certn gives it, if it is not listed."
        value={type}
        onChange={(event) => setType(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          if (type.trim() !== '') add();
        }}
        maxLength={100}
        autoComplete="off"
        style={{ flex: '1 1 14rem' }}
      />
      <Button variant="default" onClick={add} disabled={type.trim() === ''}>
        Add
      </Button>
    </Group>
  );
}
