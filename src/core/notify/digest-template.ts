import { messagesFor } from '../shared/index.ts';
import type { TemplateDefinition } from '../templates/index.ts';
import { digestData } from './digest-page.ts';

const SANS = "-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
const QUIET = 'font-size:13px;opacity:.75';
const CELL = 'padding:8px 0;border-top:1px solid #8a929e;overflow-wrap:anywhere;word-break:break-word';
const BADGE =
  'display:inline-block;padding:1px 8px;border-radius:6px;background:{{color}};color:#111111;font-size:12px;font-weight:700;white-space:nowrap';

/**
 * The page is for mail clients: a table, inline styles, no script, nothing from outside. It sets no background and no colour of text, so that it is
 * readable in a light and in a dark client, also where the style sheet is dropped.
 */
const SOURCE = `name: digest
kind: report
version: 1.0.0

=== text
{{title}}
{{intro}}

{{#block rows}}
{{#each rows}}
{{time}}  {{service}}{{colon}} {{statusText}}{{#if errors}}, {{errors}}{{/if}}

{{/each}}
{{/block}}

{{#block foot}}
{{#if leftOut}}
{{leftOut}}
{{/if}}
{{clock}}
{{#if more}}
{{more.label}} {{more.url}}
{{/if}}
{{/block}}

=== html
<!doctype html>
<html lang="{{language}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>{{title}}</title><style>:root{color-scheme:light dark}</style></head>
<body style="margin:0;padding:16px;font:15px/1.5 ${SANS}"><div style="max-width:640px;margin:0 auto">
<h1 style="margin:0 0 4px;font-size:20px;line-height:1.3">{{title}}</h1>
<p style="margin:0 0 12px">{{intro}}</p>
<table role="presentation" style="width:100%;border-collapse:collapse">
{{#block rows}}
{{#each rows}}
<tr><td style="${CELL}"><b>{{service}}</b> <span style="${BADGE}">{{statusText}}</span><div style="${QUIET}">{{time}}{{#if errors}} · {{errors}}{{/if}}</div></td></tr>
{{/each}}
{{/block}}
</table>
{{#block foot}}
{{#if leftOut}}
<p style="margin:12px 0 0">{{leftOut}}</p>
{{/if}}
<p style="margin:12px 0 0;${QUIET}">{{clock}}</p>
{{#if more}}
<p style="margin:4px 0 0">{{more.label}} <a href="{{more.url}}">{{more.url}}</a></p>
{{/if}}
{{/block}}
</div></body></html>

`;

/** What the day was. */
export const digestDefinition: TemplateDefinition = {
  name: 'digest',
  kind: 'report',
  parts: { text: 'text', html: 'html' },
  shape: {
    ...{ language: 'text', title: 'text', intro: 'text', colon: 'text', leftOut: 'text', clock: 'text' },
    rows: [{ time: 'text', service: 'text', status: 'text', statusText: 'text', color: 'text', errors: 'text' }],
    more: { label: 'text', url: 'text' },
  },
  sample(language) {
    const t = messagesFor(language).mail.digest;
    const row = { time: '31 Jan 08:15', service: 'shop <eu>', status: 'CRITICAL', statusText: 'CRITICAL' };
    return digestData(
      {
        title: t.title,
        intro: t.intro(1, 2),
        rows: [{ ...row, errors: t.errors(12) }],
        ...{ colon: t.colon, leftOut: null, clock: t.clock('UTC') },
        more: { label: t.more, url: 'https://guardian.example/reports?a=1&b=2' },
      },
      language,
    );
  },
  refuse: (part, output, { saysNothing }) => (output.trim() === '' ? saysNothing(part) : null),
  builtIn: [SOURCE],
};
