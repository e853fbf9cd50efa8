import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useId } from 'react';
import type { AlertSeverity } from '../../api/queries/alerts.ts';
import { jobsQuery } from '../../api/queries/jobs.ts';
import type { RoutePreview, RoutePreviewRequest } from '../../api/queries/notifications.ts';
import { sendJson } from '../../api/request.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { FailedLine } from '../../components/failed.tsx';
import { SelectField, TextField } from '../../components/fields.tsx';
import { useMessages } from '../../language.tsx';
import { PreviewAnswer } from './preview-answer.tsx';
import { readLabels } from './read-labels.ts';

const SEVERITIES = ['warning', 'info', 'error', 'critical'] as const satisfies readonly AlertSeverity[];

/** Who would get this? Asked of the server's own routing; nothing is sent. */
export function Preview() {
  const { routes, deliveries, alerts } = useMessages();
  const t = routes.preview;
  const jobNames = useId();
  const jobs = useQuery(jobsQuery);
  const preview = useMutation({
    mutationFn: (body: RoutePreviewRequest) => sendJson<RoutePreview>('/api/routes/preview', { method: 'POST', body }),
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    preview.mutate(requestOf(new FormData(event.currentTarget)));
  };
  // A test goes to whom it is sent, by no route.
  const occasions = Object.entries(deliveries.occasion).filter(([name]) => name !== 'test' && name !== 'hand_off');
  const nothing = () => {};
  return (
    <Card>
      <p className="mb-2 text-sm text-muted">{t.intro}</p>
      <form onSubmit={submit} className="grid gap-2 sm:grid-cols-2 lg:grid-cols-3">
        <SelectField label={t.occasion} name="occasion" onChoose={nothing} options={occasions} />
        <SelectField
          label={t.severity}
          name="severity"
          onChoose={nothing}
          options={SEVERITIES.map((one) => [one, alerts.severity[one]] as const)}
        />
        <div>
          <TextField label={t.job} name="job" list={jobNames} maxLength={200} placeholder={t.anyHint} />
          <datalist id={jobNames}>
            {(jobs.data?.items ?? []).map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </datalist>
        </div>
        <TextField label={t.type} name="type" maxLength={200} placeholder="TOO_DRY" />
        <TextField label={t.service} name="service" maxLength={200} placeholder={t.anyHint} />
        <TextField label={t.labels} name="labels" maxLength={1000} />
        <TextField label={t.at} name="at" type="datetime-local" />
        <div className="flex items-end">
          <Button type="submit" look="main" disabled={preview.isPending}>
            {preview.isPending ? t.asking : t.ask}
          </Button>
        </div>
      </form>
      <div role="status" className="mt-3">
        <FailedLine error={preview.error} />
        {preview.data && <PreviewAnswer preview={preview.data} />}
      </div>
    </Card>
  );
}

function requestOf(data: FormData): RoutePreviewRequest {
  const text = (name: string) => String(data.get(name) ?? '').trim();
  const orNull = (name: string) => text(name) || null;
  const at = text('at');
  return {
    occasion: text('occasion'),
    severity: SEVERITIES.find((one) => one === text('severity')) ?? 'warning',
    job: orNull('job'),
    type: orNull('type'),
    service: orNull('service'),
    labels: readLabels(text('labels')),
    ...(at === '' ? {} : { at: new Date(at).toISOString() }),
  };
}
