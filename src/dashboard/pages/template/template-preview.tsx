import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { TemplatePreview as Preview, TemplateDetail } from '../../../contracts/api/templates.ts';
import { pathOfTemplate, type TemplatePreviewRequest } from '../../api/queries/templates.ts';
import { sendJson } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Pre } from '../../components/code.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { SelectField, TextArea } from '../../components/fields.tsx';
import { SandboxedFrame } from '../../components/sandboxed-frame.tsx';
import { useLanguage } from '../../language.tsx';
import { oneLine, visibleText } from '../../visible-text.ts';

const FORMATS = ['html', 'text', 'markdown', 'slack'] as const;
type Format = (typeof FORMATS)[number];

/** Rendered by the server on a sample: as it is stored, or with a content that is tried. */
export function TemplatePreview({ template }: { template: TemplateDetail }) {
  const { language, messages } = useLanguage();
  const t = messages.templates;
  const [isTrying, setTrying] = useState(false);
  const preview = useMutation({
    mutationFn: (body: TemplatePreviewRequest) =>
      sendJson<Preview>(`${pathOfTemplate(template.namespace, template.name)}/preview`, { method: 'POST', body }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const content = data.get('content');
    preview.mutate({
      format: FORMATS.find((one) => one === data.get('format')) ?? 'html',
      language: data.get('language') === 'fr' ? 'fr' : 'en',
      ...(typeof content === 'string' ? { content } : { version: template.version }),
    });
  };
  const nothing = () => {};
  return (
    <Card>
      <p className="mb-2 text-sm text-muted">{t.previewIntro}</p>
      <form onSubmit={submit} className="flex flex-col gap-2">
        <div className="flex flex-wrap items-end gap-2">
          <SelectField
            label={t.format}
            name="format"
            onChoose={nothing}
            options={FORMATS.map((one) => [one, t.formats[one]] as const)}
          />
          <SelectField
            label={t.language}
            name="language"
            defaultValue={language}
            onChoose={nothing}
            options={Object.entries(t.languages)}
          />
          <Button aria-expanded={isTrying} onClick={() => setTrying(!isTrying)}>
            {t.tryContent}
          </Button>
          <Button type="submit" look="main" disabled={preview.isPending}>
            {preview.isPending ? t.showing : t.show}
          </Button>
        </div>
        {isTrying && (
          <TextArea
            label={t.content}
            name="content"
            rows={12}
            maxLength={100_000}
            spellCheck={false}
            defaultValue={template.content}
          />
        )}
      </form>
      <div role="status" className="mt-3">
        <FailedLine error={preview.error} />
        {preview.data && <Answer preview={preview.data} format={preview.variables?.format ?? 'html'} />}
      </div>
    </Card>
  );
}

/** What was made, or each place that does not hold. */
function Answer({ preview, format }: { preview: Preview; format: Format }) {
  const { messages } = useLanguage();
  const t = messages.templates;
  return (
    <>
      {preview.problems.length > 0 && (
        <div role="alert" className="mb-2 text-sm text-bad">
          <p className="font-semibold">{t.problems}</p>
          <ul className="list-disc pl-5">
            {preview.problems.map(({ path, message }) => (
              <li key={`${path} ${message}`} className="wrap-anywhere">
                <span className="font-mono text-xs">{oneLine(path)}</span> {visibleText(message)}
              </li>
            ))}
          </ul>
        </div>
      )}
      {preview.subject !== null && (
        <p className="mb-2 wrap-anywhere">
          <span className="text-sm text-muted">{t.subject}</span> {oneLine(preview.subject)}
        </p>
      )}
      {preview.output === '' && preview.problems.length === 0 && <p className="text-muted">{t.empty}</p>}
      {preview.output !== '' &&
        (format === 'html' ? (
          <SandboxedFrame title={t.preview} html={preview.output} />
        ) : (
          <Pre text={preview.output} label={t.preview} isTall />
        ))}
    </>
  );
}
