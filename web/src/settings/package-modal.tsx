import '@mantine/core/styles/SegmentedControl.css';
import { Alert, Button, Checkbox, Group, JsonInput, Modal, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, api } from '../api/client';
import type { PackageAnswer, ServiceAnswer } from '../api/schema';
import { ProblemNotice } from '../parts/notices';
import { Reading } from '../parts/reading';
import {
  argumentProblem,
  bodyOf,
  draftOf,
  draftProblem,
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
  const refresh = useSettingsRefresh(teamId);
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
  });
  const problem = draftProblem(draft);
  return (
    <Modal opened onClose={close} title={about ? `Edit ${about.name}` : 'Create New Package'} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (problem === null) save.mutate();
        }}
      >
        <Stack>
          <ProblemNotice error={save.error} />
          <TextInput
            label="Name"
            description="A tag of this name on a candidate in Lever chooses this package."
            value={draft.name}
            onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
            maxLength={200}
            autoComplete="off"
            data-autofocus
          />
          <SegmentedControl
            data={KINDS}
            value={draft.kind}
            onChange={(kind) => setDraft({ ...draft, kind: kind as PackageDraft['kind'] })}
            aria-label="What the package is made of"
          />
          {draft.kind === 'services' ? (
            <Services draft={draft} setDraft={setDraft} />
          ) : (
            <TextInput
              label="Package id"
              description="As Certn's Client Portal shows it under Packages."
              value={draft.certnPackageId}
              onChange={(event) => setDraft({ ...draft, certnPackageId: event.currentTarget.value })}
              autoComplete="off"
            />
          )}
          <Group justify="flex-end">
            {problem && (
              <Text size="sm" c="dimmed" style={{ flex: 1 }}>
                {problem}
              </Text>
            )}
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending} disabled={problem !== null}>
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

function Services({ draft, setDraft }: ServicesProps) {
  const catalogue = useQuery(servicesQuery);
  const { data } = catalogue;
  if (!data) return <Reading of={catalogue} rows={4} />;
  const known = new Set(data.items.map(({ type }) => type));
  const others = [...draft.services.keys()]
    .filter((type) => !known.has(type))
    .map((type): ServiceAnswer => ({ type, name: type, says: 'Another check type of Certn.', arguments: null, needs: [] }));
  const needs = missingNeeds(draft, data.items);
  return (
    <Stack gap="sm" role="group" aria-label="Services">
      {[...data.items, ...others].map((service) => (
        <Service key={service.type} service={service} draft={draft} setDraft={setDraft} />
      ))}
      <OtherType draft={draft} setDraft={setDraft} />
      {needs.map(({ type, needs: need }) => (
        <Alert key={`${type} ${need}`} color="yellow" role="status">
          Certn wants {need} in the same package as {type}.
        </Alert>
      ))}
    </Stack>
  );
}

function Service({ service, draft, setDraft }: ServicesProps & { service: ServiceAnswer }) {
  const text = draft.services.get(service.type);
  return (
    <Stack gap={6}>
      <Checkbox
        label={service.name}
        description={service.says}
        checked={text !== undefined}
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
