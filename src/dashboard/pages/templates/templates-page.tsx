import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { TemplateSummary } from '../../../contracts/api/templates.ts';
import { type TemplateList, templatesQuery } from '../../api/queries/templates.ts';
import { Badge } from '../../components/badges.tsx';
import { Card, EmptyState, PageHead, Section } from '../../components/card.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { Ago } from '../../components/time.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';

const KINDS = ['notification', 'report', 'agent'] as const satisfies readonly TemplateSummary['kind'][];

export function TemplatesPage() {
  const { templates: t } = useMessages();
  const templates = useQuery(templatesQuery);
  return (
    <>
      <title>{`${t.title} · Guardian`}</title>
      <PageHead title={t.title} />
      <p className="mb-3 max-w-prose text-sm text-muted">{t.intro}</p>
      <Loaded query={templates}>{(data) => <Lists list={data} />}</Loaded>
    </>
  );
}

/** What does not hold first, then each kind. */
function Lists({ list: { items: templates, problems } }: { list: TemplateList }) {
  const { templates: t } = useMessages();
  const empty = <EmptyState title={t.emptyTitle}>{t.emptyText}</EmptyState>;
  return (
    <>
      {problems.map((problem) => (
        <Problem
          key={`${problem.file} ${problem.message}`}
          problem={problem}
          current={templates.find((one) => keyOf(one) === problem.template)?.current ?? null}
        />
      ))}
      {templates.length === 0 && empty}
      {KINDS.map((kind) => {
        const some = templates.filter((one) => one.kind === kind);
        if (some.length === 0) return null;
        return (
          <Section key={kind} title={t.kind[kind]} id={kind}>
            <ul className="overflow-hidden rounded-lg border border-line bg-card">
              {some.map((template) => (
                <TemplateRow key={keyOf(template)} template={template} />
              ))}
            </ul>
          </Section>
        );
      })}
    </>
  );
}

const keyOf = ({ namespace, name }: TemplateSummary) => `${namespace}/${name}`;

interface ProblemProps {
  problem: TemplateList['problems'][number];
  /** The version that stays in use; null: it never held. */
  current: string | null;
}

function Problem({ problem, current }: ProblemProps) {
  const { templates: t, shared } = useMessages();
  return (
    <Card edge="bad" tint="bad" className="mb-3">
      <p className="font-semibold">
        {t.problemTitle}
        {shared.colon} <span className="font-mono text-sm">{oneLine(problem.file)}</span>
      </p>
      <p className="text-sm wrap-anywhere">{visibleText(problem.message)}</p>
      <p className="text-sm text-muted">{current === null ? t.neverHeld : t.problemText(oneLine(current))}</p>
    </Card>
  );
}

function TemplateRow({ template }: { template: TemplateSummary }) {
  const { templates: t } = useMessages();
  const { namespace, name, versions, current } = template;
  const renders = versions.reduce((sum, one) => sum + one.renders, 0);
  const failures = versions.reduce((sum, one) => sum + one.failures, 0);
  const used = versions.find(({ version }) => version === current)?.lastUsedAt ?? null;
  return (
    <li
      data-row
      className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 border-b border-line px-3 py-2 last:border-b-0 focus-within:bg-raised hover:bg-raised"
    >
      <span className="min-w-40 grow basis-64">
        <Link
          data-row-link
          to="/templates/$namespace/$name"
          params={{ namespace, name }}
          search={{}}
          className="font-semibold wrap-anywhere hover:underline"
        >
          <span className="font-normal text-muted">{oneLine(namespace)}/</span>
          {oneLine(name)}
        </Link>
        <span className="block text-xs text-muted">
          {oneLine(current)} · {t.versionsOf(versions.length)} · {t.origin[template.origin]}
        </span>
      </span>
      {template.problem !== null && <Badge tone="bad">{t.problemTitle}</Badge>}
      <span className="text-sm">
        {t.rendersOf(renders)}
        {failures > 0 && <span className="text-bad"> · {t.failuresOf(failures)}</span>}
      </span>
      <span className="text-xs text-muted sm:w-48 sm:text-right">
        {used === null ? (
          t.neverUsed
        ) : (
          <>
            {t.lastUsed} <Ago at={used} />
          </>
        )}
      </span>
    </li>
  );
}
