/** The parts of a message, in words of one language; texts of others are escaped where they become HTML, and bound to one line in text. */
export interface MessagePage {
  title: string;
  intro: string | null;
  items: readonly MessageItem[];
  /** Lines behind all items. */
  notes: readonly string[];
  links: readonly { label: string; url: string }[];
  colon: string;
}

export interface MessageItem {
  /** Null: the page's title says it. */
  title: string | null;
  severity: string | null;
  severityText: string | null;
  facts: readonly { label: string; text: string }[];
}

export function pageText({ title, intro, items, notes, links, colon }: MessagePage): string {
  const blocks = items.map(({ title: own, severityText, facts }) => {
    const head = own === null ? [] : [`- ${severityText === null ? '' : `[${severityText}] `}${oneLine(own)}`];
    const indent = own === null ? '' : '  ';
    return [
      ...head,
      ...facts.map(({ label, text }) => `${indent}${label}${colon} ${bounded(text).split('\n').join(`\n${indent}  `)}`),
    ].join('\n');
  });
  const foot = links.map(({ label, url }) => `${label}${colon} ${url}`);
  const parts = [oneLine(title), intro, ...blocks, notes.join('\n'), foot.join('\n')];
  return `${parts.filter((part) => part !== null && part !== '').join('\n\n')}\n`;
}

const BADGES: Record<string, string> = { info: '#4a9eff', warning: '#ffaa00', error: '#ff7744', critical: '#ff4444' };
const SANS = "-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
const CELL =
  'padding:6px 10px 6px 0;vertical-align:top;border-top:1px solid #8a929e;overflow-wrap:anywhere;word-break:break-word';
const BUTTON =
  'display:inline-block;margin:4px 8px 4px 0;padding:8px 14px;border:1px solid #8a929e;border-radius:6px;text-decoration:none';

/**
 * A page for mail clients: tables, inline styles, no script, nothing from outside. It sets no background and no colour of text, so that it is readable in
 * a light and in a dark client, also where the style sheet is dropped.
 */
export function pageHtml({ title, intro, items, notes, links }: MessagePage, language: string): string {
  const body = [
    `<h1 style="margin:0 0 8px;font-size:20px;line-height:1.3">${items.length === 1 ? badge(items[0]!) : ''}${escaped(title)}</h1>`,
    intro === null ? '' : `<p style="margin:0 0 12px">${escaped(intro)}</p>`,
    ...items.map(itemHtml),
    ...notes.map((note) => `<p style="margin:12px 0 0;font-size:13px;opacity:.75">${escaped(note)}</p>`),
    links.length === 0
      ? ''
      : `<p style="margin:12px 0 0">${links.map(({ label, url }) => `<a href="${escaped(url)}" style="${BUTTON}">${escaped(label)}</a>`).join('')}</p>`,
  ];
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${escaped(title)}</title><style>:root{color-scheme:light dark}</style></head>
<body style="margin:0;padding:16px;font:15px/1.5 ${SANS}"><div style="max-width:640px;margin:0 auto">
${body.filter((part) => part !== '').join('\n')}
</div></body></html>
`;
}

function itemHtml(item: MessageItem): string {
  const rows = item.facts.map(
    ({ label, text }) =>
      `<tr><th scope="row" style="${CELL};text-align:left;white-space:nowrap">${escaped(label)}</th><td style="${CELL};width:100%">${escaped(bounded(text)).replaceAll('\n', '<br>')}</td></tr>`,
  );
  const head =
    item.title === null
      ? ''
      : `<h2 style="margin:16px 0 4px;font-size:16px;line-height:1.3">${badge(item)}${escaped(oneLine(item.title))}</h2>\n`;
  return `${head}<table style="width:100%;border-collapse:collapse">\n${rows.join('\n')}\n</table>`;
}

function badge({ severity, severityText }: MessageItem): string {
  if (severity === null || severityText === null) return '';
  const color = Object.hasOwn(BADGES, severity) ? BADGES[severity] : BADGES.info;
  return `<span style="display:inline-block;margin-right:8px;padding:1px 8px;border-radius:6px;background:${color};color:#111111;font-size:12px;font-weight:700;vertical-align:middle;white-space:nowrap">${escaped(severityText)}</span>`;
}

/** Characters of one fact: a message is read on a phone; the row's page has the rest. */
const FACT = 2_000;

function bounded(text: string): string {
  const clean = text.replace(/\r\n?/g, '\n').replace(HIDDEN, ' ').trim();
  return clean.length <= FACT ? clean : `${clean.slice(0, FACT - 1)}…`;
}

/** Control characters but line ends and tabs, and what turns the direction of writing: a name from a log must not disguise what stands beside it. */
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g;

/** A name from a log cannot begin a line, or a header, of its own. */
export function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').trim();
}

function escaped(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
