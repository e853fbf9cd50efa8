import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { IngestKey, Project } from '../../../contracts/api/administration.ts';
import { ingestKeysQuery, projectsQuery } from '../../api/queries/administration.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Pre } from '../../components/code.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { SelectField } from '../../components/fields.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';
import { NewProject } from './new-project.tsx';
import { CLIENTS, type Client } from './snippets.ts';
import { useMakeKey } from './use-make-key.ts';

/** DSN and snippets of one project, ready to paste. */
export function Connect() {
  const { sources: t, welcome } = useMessages();
  const { project: chosen } = useSearch({ from: '__root__' });
  const projects = useQuery(projectsQuery);
  const maySeeKeys = useMay('write');
  const isAdmin = useMay('admin');
  if (!maySeeKeys) {
    return (
      <Card>
        <h2 className="text-lg font-semibold">{t.connect}</h2>
        <p className="text-sm text-muted">{t.viewerOnly}</p>
      </Card>
    );
  }
  return (
    <Card>
      <h2 className="text-lg font-semibold">{t.connect}</h2>
      <p className="mb-3 text-sm text-muted">{t.connectIntro}</p>
      <Loaded query={projects}>
        {({ items }) => {
          const real = items.filter(({ slug }) => slug !== 'sample');
          const first = items.find(({ slug }) => slug === chosen) ?? real[0] ?? items[0];
          if (first) return <ProjectSnippets key={first.id} projects={items} first={first} />;
          return (
            <>
              <p className="mb-2">{welcome.noProject}</p>
              {isAdmin ? <NewProject /> : <p className="text-sm text-muted">{t.projectByAdmin}</p>}
            </>
          );
        }}
      </Loaded>
    </Card>
  );
}

function ProjectSnippets({ projects, first }: { projects: readonly Project[]; first: Project }) {
  const { shared } = useMessages();
  const [projectId, setProjectId] = useState(first.id);
  const project = projects.find(({ id }) => id === projectId) ?? first;
  const keys = useQuery(ingestKeysQuery(project.id));
  return (
    <>
      {projects.length > 1 && (
        <SelectField
          label={shared.project}
          value={String(project.id)}
          options={projects.map(({ id, name }) => [String(id), name] as const)}
          onChoose={(value) => setProjectId(Number(value))}
          className="mb-3 max-w-sm"
        />
      )}
      <Loaded query={keys}>{({ items }) => <Clients project={project} keys={items} />}</Loaded>
    </>
  );
}

function Clients({ project, keys }: { project: Project; keys: readonly IngestKey[] }) {
  const { sources: t } = useMessages();
  const [clientId, setClientId] = useState(CLIENTS[0]!.id);
  const client = CLIENTS.find(({ id }) => id === clientId) ?? CLIENTS[0]!;
  const kind = client.isPage ? 'page' : 'service';
  const key = keys.find((one) => one.kind === kind && one.revokedAt === null);
  return (
    <>
      <SelectField
        label={t.client}
        value={client.id}
        options={CLIENTS.map(({ id, name }) => [id, name] as const)}
        onChoose={setClientId}
        className="max-w-sm"
      />
      {key && <Snippets client={client} project={project} ingestKey={key} />}
      {!key && (client.isPage ? <NewPageKey project={project} /> : <p className="mt-2">{t.noKey}</p>)}
    </>
  );
}

function NewPageKey({ project }: { project: Project }) {
  const { sources: t } = useMessages();
  const isAdmin = useMay('admin');
  const make = useMakeKey(project.id);
  return (
    <div className="mt-2 text-sm">
      <p className="mb-2">{t.pageKeyMissing}</p>
      {isAdmin ? (
        <Button
          disabled={make.isPending}
          onClick={() => make.mutate({ label: t.pageKeyLabel, kind: 'page', ratePerMinute: null })}
        >
          {t.makePageKey}
        </Button>
      ) : (
        <p className="text-muted">{t.pageKeyByAdmin}</p>
      )}
      <FailedLine error={make.error} />
    </div>
  );
}

function Snippets({ client, project, ingestKey }: { client: Client; project: Project; ingestKey: IngestKey }) {
  const { sources: t } = useMessages();
  const { dsn, key } = ingestKey;
  const facts = { dsn, key, origin: location.origin, host: location.hostname, projectSlug: project.slug };
  return (
    <>
      <p className="mt-3 text-sm text-muted">DSN</p>
      <div className="flex flex-wrap items-center gap-2">
        <code className="min-w-0 rounded bg-code px-2 py-1 text-xs wrap-anywhere">{dsn}</code>
        <CopyButton text={dsn} />
      </div>
      {client.note && <p className="mt-2 text-sm text-muted">{t[client.note]}</p>}
      {client.snippets(facts).map(({ place, text }) => (
        <div key={text} className="mt-3">
          <div className="flex items-center justify-between gap-2">
            <span className="text-sm text-muted">{t.place[place]}</span>
            <CopyButton text={text} />
          </div>
          <Pre text={text} label={t.place[place]} isTall />
        </div>
      ))}
    </>
  );
}
