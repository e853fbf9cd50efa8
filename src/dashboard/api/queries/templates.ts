import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { TemplateDetail, templateList, templatePreviewRequest } from '../../../contracts/api/templates.ts';
import { getJson, withQuery } from '../request.ts';

export type TemplateList = z.infer<typeof templateList>;
export type TemplatePreviewRequest = z.input<typeof templatePreviewRequest>;

export const templatesQuery = queryOptions({
  queryKey: ['templates', 'list'],
  queryFn: ({ signal }) => getJson<TemplateList>('/api/templates', signal),
  // A file that changes is told by no stream.
  refetchInterval: 15_000,
});

export function pathOfTemplate(namespace: string, name: string): string {
  return `/api/templates/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}`;
}

/** `version` left out: the one in use. */
export const templateQuery = (namespace: string, name: string, version: string | undefined) =>
  queryOptions({
    queryKey: ['templates', 'one', namespace, name, version ?? null],
    queryFn: ({ signal }) => getJson<TemplateDetail>(withQuery(pathOfTemplate(namespace, name), { version }), signal),
  });
