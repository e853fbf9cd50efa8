import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { IngestKey, IngestKeyKind, Project } from '../../../contracts/api/administration.ts';
import { ingestKeysQuery, projectsQuery } from '../../api/queries/administration.ts';
import { send } from '../../api/request.ts';
import { Badge } from '../../components/badges.tsx';
import { Button } from '../../components/button.tsx';
import { Card, Section } from '../../components/card.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { AskDialog } from '../../components/dialog.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { SelectField, TextField } from '../../components/fields.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Ago } from '../../components/time.tsx';
import { useFormats, useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';
import { visibleText } from '../../visible-text.ts';
import { useMakeKey } from './use-make-key.ts';

export function IngestKeys() {
  const { sources: t } = useMessages();
  const projects = useQuery(projectsQuery);
  return (
    <Section title={t.keys} id="keys">
      <p className="mb-2 text-sm text-muted">{t.keysIntro}</p>
      <Loaded query={projects}>
        {({ items }) => (
          <div className="flex flex-col gap-3">
            {items.map((project) => (
              <ProjectKeys key={project.id} project={project} />
            ))}
          </div>
        )}
      </Loaded>
    </Section>
  );
}

function ProjectKeys({ project }: { project: Project }) {
  const keys = useQuery(ingestKeysQuery(project.id));
  const isAdmin = useMay('admin');
  return (
    <Card>
      <h3 className="mb-1 font-semibold wrap-anywhere">{visibleText(project.name)}</h3>
      <Loaded query={keys}>
        {({ items }) => (
          <ul>
            {items.map((key) => (
              <KeyRow key={key.key} project={project} ingestKey={key} mayRevoke={isAdmin} />
            ))}
          </ul>
        )}
      </Loaded>
      {isAdmin && <NewKey project={project} />}
    </Card>
  );
}

interface KeyRowProps {
  project: Project;
  ingestKey: IngestKey;
  mayRevoke: boolean;
}

function KeyRow({ project, ingestKey, mayRevoke }: KeyRowProps) {
  const { sources: t } = useMessages();
  const formats = useFormats();
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const revoke = useMutation({
    mutationFn: () =>
      send(`/api/projects/${project.id}/keys/${encodeURIComponent(ingestKey.key)}`, { method: 'DELETE' }),
    onSuccess: () => {
      setAsking(false);
      return client.invalidateQueries({ queryKey: ['projects', project.id, 'keys'] });
    },
  });
  const isRevoked = ingestKey.revokedAt !== null;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line py-2 text-sm last:border-b-0">
      <span className="min-w-0 grow basis-60">
        <span className="mr-2 wrap-anywhere">{visibleText(ingestKey.label)}</span>
        <Badge tone="none">{t.keyKinds[ingestKey.kind]}</Badge>
        <code className={`block text-xs wrap-anywhere ${isRevoked ? 'text-muted line-through' : ''}`}>
          {ingestKey.dsn}
        </code>
        {ingestKey.ratePerMinute !== null && (
          <span className="text-xs text-muted">{t.ratePerMinute(formats.count(ingestKey.ratePerMinute))}</span>
        )}
      </span>
      {isRevoked ? (
        <span className="text-xs text-muted">
          {t.revoked} <Ago at={ingestKey.revokedAt} />
        </span>
      ) : (
        <>
          <CopyButton text={ingestKey.dsn} />
          {mayRevoke && (
            <Button look="danger" onClick={() => setAsking(true)}>
              {t.revoke}
            </Button>
          )}
        </>
      )}
      {isAsking && (
        <AskDialog
          title={t.revokeQuestion(ingestKey.label)}
          action={t.revoke}
          look="danger"
          isBusy={revoke.isPending}
          onSubmit={() => revoke.mutate()}
          onClose={() => setAsking(false)}
        >
          <FailedLine error={revoke.error} />
        </AskDialog>
      )}
    </li>
  );
}

const KINDS: readonly IngestKeyKind[] = ['service', 'page'];

function NewKey({ project }: { project: Project }) {
  const { sources: t } = useMessages();
  const [kind, setKind] = useState<IngestKeyKind>('service');
  const make = useMakeKey(project.id);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const rate = Number(data.get('rate'));
    make.mutate(
      { label: String(data.get('label')), kind, ratePerMinute: rate > 0 ? rate : null },
      { onSuccess: () => form.reset() },
    );
  };
  return (
    <details className="mt-2">
      <summary className="cursor-pointer text-sm text-info">{t.newKey}</summary>
      <form onSubmit={submit} className="mt-2 flex flex-wrap items-end gap-2">
        <TextField label={t.newKeyLabel} name="label" required maxLength={100} className="grow basis-48" />
        <SelectField
          label={t.keyKind}
          value={kind}
          options={KINDS.map((one) => [one, t.keyKinds[one]] as const)}
          onChoose={(value) => setKind(value === 'page' ? 'page' : 'service')}
          className="grow basis-40"
        />
        <TextField label={t.rate} name="rate" type="number" min={1} className="grow basis-48" />
        <Button type="submit" disabled={make.isPending}>
          {t.newKey}
        </Button>
        <FailedLine error={make.error} />
      </form>
    </details>
  );
}
