import { html } from 'hono/html';
import type { Messages, PeopleLanguage } from '../core/shared/index.ts';
import type { OpenApiDocument } from './openapi-document.ts';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

interface Operation {
  method: string;
  path: string;
  tag: string;
  summary: string;
  needs: string;
  parameters: { name: string; in: string; required?: boolean; schema?: unknown }[];
  body: unknown;
  reply: unknown;
}

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
details { border-block-end: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .4rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
code, pre { font: 13px/1.45 ui-monospace, monospace; }
pre { overflow-x: auto; padding: .6rem; background: color-mix(in srgb, currentColor 7%, transparent); border-radius: 4px; }
.method { display: inline-block; min-width: 4.2em; font-weight: 700; }
.needs { opacity: .75; }`;

/** The API for people: one page, nothing from outside, no script. */
export function docsPage(document: OpenApiDocument, { server }: Messages, language: PeopleLanguage) {
  const say = server.pages;
  const groups = Map.groupBy(operations(document), ({ tag }) => tag);
  return html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${say.docsTitle}</title>
<style>${STYLE}</style></head><body>
<h1>${say.docsTitle}</h1><p>${say.docsIntroduction} <a href="/api/openapi.json">/api/openapi.json</a>.</p>
${[...groups].map(([tag, list]) => html`<h2>${tag}</h2>${list.map((one) => operationView(one, say))}`)}
</body></html>`;
}

function operationView(operation: Operation, say: Messages['server']['pages']) {
  const { method, path, summary, needs, parameters, body, reply } = operation;
  const known: Record<string, string> = say.docsNeeds;
  return html`<details><summary><span class="method">${method.toUpperCase()}</span> <code>${path}</code> – ${summary}
<span class="needs">(${known[needs] ?? needs})</span></summary>
${parameters.length === 0 ? '' : html`<h4>${say.docsParameters}</h4><ul>${parameters.map(parameterView)}</ul>`}
${body === undefined ? '' : html`<h4>${say.docsBody}</h4><pre>${JSON.stringify(body, null, 2)}</pre>`}
${reply === undefined ? '' : html`<h4>${say.docsReply}</h4><pre>${JSON.stringify(reply, null, 2)}</pre>`}</details>`;
}

function parameterView({ name, in: place, required, schema }: Operation['parameters'][number]) {
  return html`<li><code>${name}</code> (${place}${required ? ', *' : ''}) <code>${JSON.stringify(schema ?? {})}</code></li>`;
}

function operations(document: OpenApiDocument): Operation[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = (item as Record<string, Record<string, unknown>>)[method];
      return operation ? [{ method, path, ...partsOf(operation) }] : [];
    }),
  );
}

function partsOf(operation: Record<string, unknown>): Omit<Operation, 'method' | 'path'> {
  const { tags, summary, parameters, requestBody, responses } = operation as {
    tags?: string[];
    summary?: string;
    parameters?: Operation['parameters'];
    requestBody?: { content?: Record<string, { schema?: unknown }> };
    responses?: Record<string, { content?: Record<string, { schema?: unknown }> }>;
  };
  const success = Object.entries(responses ?? {}).find(([status]) => status.startsWith('2'))?.[1];
  return {
    tag: tags?.[0] ?? '',
    summary: summary ?? '',
    needs: String(operation['x-needs'] ?? 'none'),
    parameters: parameters ?? [],
    body: requestBody?.content?.['application/json']?.schema,
    reply: success?.content?.['application/json']?.schema,
  };
}
