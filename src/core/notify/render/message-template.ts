import { messagesFor } from '../../shared/index.ts';
import type { TemplateDefinition } from '../../templates/index.ts';
import { pageData } from './page.ts';

const SANS = "-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
const CELL =
  'padding:6px 10px 6px 0;vertical-align:top;border-top:1px solid #8a929e;overflow-wrap:anywhere;word-break:break-word';
const BUTTON =
  'display:inline-block;margin:4px 8px 4px 0;padding:8px 14px;border:1px solid #8a929e;border-radius:6px;text-decoration:none';
const BADGE =
  '{{#if badge}}<span style="display:inline-block;margin-right:8px;padding:1px 8px;border-radius:6px;background:{{badge.color}};color:#111111;font-size:12px;font-weight:700;vertical-align:middle;white-space:nowrap">{{badge.text}}</span>{{/if}}';

/** The plain form, and Slack's: they differ by what is escaped. */
const LINES = `{{#block head}}
{{title}}
{{#if intro}}

{{intro}}
{{/if}}
{{/block}}
{{#block items}}
{{#each items}}
{{#if isThere}}

{{#if title}}
- {{#if severityText}}[{{severityText}}] {{/if}}{{title}}
{{/if}}
{{#each facts}}
{{indent}}{{label}}{{colon}} {{first}}
{{#each more}}
{{indent}}  {{.}}
{{/each}}
{{/each}}
{{/if}}
{{/each}}
{{/block}}
{{#block foot}}
{{#if notes}}

{{#each notes}}
{{.}}
{{/each}}
{{/if}}
{{#if links}}

{{#each links}}
{{label}}{{colon}} {{url}}
{{/each}}
{{/if}}
{{/block}}
`;

/**
 * A page for mail clients: tables, inline styles, no script, nothing from outside. It sets no background and no colour of text, so that it is readable in
 * a light and in a dark client, also where the style sheet is dropped.
 */
const PAGE = `<!doctype html>
<html lang="{{language}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>{{title}}</title><style>:root{color-scheme:light dark}</style></head>
<body style="margin:0;padding:16px;font:15px/1.5 ${SANS}"><div style="max-width:640px;margin:0 auto">
{{#block head}}
<h1 style="margin:0 0 8px;font-size:20px;line-height:1.3">${BADGE}{{title}}</h1>
{{#if intro}}
<p style="margin:0 0 12px">{{intro}}</p>
{{/if}}
{{/block}}
{{#block items}}
{{#each items}}
{{#if title}}
<h2 style="margin:16px 0 4px;font-size:16px;line-height:1.3">${BADGE}{{title}}</h2>
{{/if}}
<table style="width:100%;border-collapse:collapse">
{{#each facts}}
<tr><th scope="row" style="${CELL};text-align:left;white-space:nowrap">{{label}}</th><td style="${CELL};width:100%">{{first}}{{#each more}}<br>{{.}}{{/each}}</td></tr>
{{/each}}
</table>
{{/each}}
{{/block}}
{{#block foot}}
{{#each notes}}
<p style="margin:12px 0 0;font-size:13px;opacity:.75">{{.}}</p>
{{/each}}
{{#if links}}
<p style="margin:12px 0 0">{{#each links}}<a href="{{url}}" style="${BUTTON}">{{label}}</a>{{/each}}</p>
{{/if}}
{{/block}}
</div></body></html>
`;

const SOURCE = `name: message
kind: notification
version: 1.0.0

=== subject
{{subject}}
=== text
${LINES}
=== html
${PAGE}
=== slack
${LINES}
=== short
{{short}}{{#if url}} {{url}}{{/if}}
`;

/** Messages to people, over every channel. */
export const messageDefinition: TemplateDefinition = {
  name: 'message',
  kind: 'notification',
  parts: { subject: 'text', text: 'text', html: 'html', slack: 'slack', short: 'text' },
  shape: {
    ...{ language: 'text', subject: 'text', short: 'text', severity: 'text', severityText: 'text' },
    ...{ url: 'text', acknowledgeUrl: 'text', title: 'text', intro: 'text', colon: 'text' },
    badge: { text: 'text', color: 'text' },
    items: [
      {
        ...{ title: 'text', severity: 'text', severityText: 'text', isThere: 'text', indent: 'text' },
        badge: { text: 'text', color: 'text' },
        facts: [{ label: 'text', first: 'text', more: ['text'] }],
      },
    ],
    notes: ['text'],
    links: [{ label: 'text', url: 'text' }],
  },
  sample(language) {
    const { labels, severities, colon, headlines } = messagesFor(language).notify;
    const title = headlines.job_failed('Nightly <sync> & "report"');
    return pageData(
      {
        title,
        intro: null,
        items: [
          {
            title: null,
            severity: 'error',
            severityText: severities.error,
            facts: [
              { label: labels.where, text: 'nightly_sync' },
              { label: labels.cause, text: 'HTTP 503 <b>unavailable</b>\nat sync.ts:12' },
            ],
          },
          { title, severity: 'critical', severityText: severities.critical, facts: [] },
        ],
        notes: ['…'],
        links: [{ label: labels.link, url: 'https://guardian.example/jobs/nightly_sync?a=1&b=2' }],
        colon,
      },
      {
        ...{
          language,
          subject: `[GUARDIAN] ${title}`,
          short: title,
          severity: 'error',
          severityText: severities.error,
        },
        ...{ url: 'https://guardian.example/jobs/nightly_sync', acknowledgeUrl: null },
      },
    );
  },
  refuse: (part, output, { saysNothing }) => (output.trim() === '' ? saysNothing(part) : null),
  builtIn: [SOURCE],
};
