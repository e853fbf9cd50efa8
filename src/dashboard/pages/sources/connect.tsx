import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { Project } from '../../../contracts/api/administration.ts';
import { ingestKeysQuery, projectsQuery } from '../../api/queries/administration.ts';
import { Card } from '../../components/card.tsx';
import { Pre } from '../../components/code.tsx';
import { CopyButton } from '../../components/copy-button.tsx';
import { SelectField } from '../../components/fields.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useMessages } from '../../language.tsx';
import { useMay } from '../../role.ts';
import { NewProject } from './new-project.tsx';
import { CLIENTS, type SnippetFacts } from './snippets.ts';

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
  const { sources: t, shared } = useMessages();
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
      <Loaded query={keys}>
        {({ items }) => {
          const key = items.find(({ revokedAt }) => revokedAt === null);
          if (!key) return <p>{t.noKey}</p>;
          const facts: SnippetFacts = {
            dsn: key.dsn,
            key: key.key,
            origin: location.origin,
            host: location.hostname,
            projectSlug: project.slug,
          };
          return <Snippets facts={facts} />;
        }}
      </Loaded>
    </>
  );
}

function Snippets({ facts }: { facts: SnippetFacts }) {
  const { sources: t } = useMessages();
  const [clientId, setClientId] = useState(CLIENTS[0]!.id);
  const client = CLIENTS.find(({ id }) => id === clientId) ?? CLIENTS[0]!;
  return (
    <>
      <p className="text-sm text-muted">DSN</p>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <code className="min-w-0 rounded bg-code px-2 py-1 text-xs wrap-anywhere">{facts.dsn}</code>
        <CopyButton text={facts.dsn} />
      </div>
      <SelectField
        label={t.client}
        value={client.id}
        options={CLIENTS.map(({ id, name }) => [id, name] as const)}
        onChoose={setClientId}
        className="max-w-sm"
      />
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
