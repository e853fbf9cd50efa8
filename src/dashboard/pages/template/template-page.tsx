import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { TemplateDetail } from '../../../contracts/api/templates.ts';
import { templateQuery } from '../../api/queries/templates.ts';
import { Card, PageHead, Section } from '../../components/card.tsx';
import { Pre } from '../../components/code.tsx';
import { Fact, Facts } from '../../components/facts.tsx';
import { Loaded } from '../../components/loaded.tsx';
import { useMessages } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';
import { TemplatePreview } from './template-preview.tsx';
import { Versions } from './versions.tsx';

const route = getRouteApi('/templates/$namespace/$name');

export function TemplatePage() {
  const { namespace, name } = route.useParams();
  const { version } = route.useSearch();
  const { templates: t } = useMessages();
  const template = useQuery(templateQuery(namespace, name, version));
  return (
    <>
      <title>{`${oneLine(name)} · Guardian`}</title>
      <Link to="/templates" className="text-sm text-info hover:underline">
        ← {t.back}
      </Link>
      <PageHead title={`${oneLine(namespace)}/${oneLine(name)}`} />
      <Loaded query={template}>{(data) => <Template template={data} />}</Loaded>
    </>
  );
}

function Template({ template }: { template: TemplateDetail }) {
  const { templates: t } = useMessages();
  const shown = template.versions.find(({ version }) => version === template.version);
  return (
    <>
      {template.problem !== null && (
        <Card edge="bad" tint="bad" className="mb-3">
          <p className="font-semibold">{t.problemTitle}</p>
          <p className="text-sm wrap-anywhere">{visibleText(template.problem)}</p>
          <p className="text-sm text-muted">{t.problemText(oneLine(template.current))}</p>
        </Card>
      )}
      <Card>
        <Facts>
          <Fact name={t.kindName}>{t.kind[template.kind]}</Fact>
          <Fact name={t.version}>{template.version}</Fact>
          <Fact name={t.extends}>{template.extends}</Fact>
          <Fact name={t.file}>{template.file ?? t.origin[template.origin]}</Fact>
          <Fact name={t.hash}>{shown && <code className="text-xs">{shown.hash}</code>}</Fact>
        </Facts>
      </Card>
      <Section title={t.preview} id="preview">
        {template.kind === 'agent' ? (
          <p className="text-muted">{t.noPreview}</p>
        ) : (
          <TemplatePreview key={template.version} template={template} />
        )}
      </Section>
      <Section title={t.contentOf(oneLine(template.version))} id="template-content">
        <Pre text={template.content} label={t.content} />
      </Section>
      <Section title={t.versions} id="versions">
        <Versions template={template} />
      </Section>
    </>
  );
}
