/** One report that was not OK, in words. */
export interface DigestRow {
  time: string;
  service: string;
  /** The status itself, for its colour. */
  status: string;
  statusText: string;
  /** Null: nothing was counted. */
  errors: string | null;
}

/** What the digest says, for both parts of the mail. */
export interface DigestPage {
  title: string;
  intro: string;
  rows: readonly DigestRow[];
  colon: string;
  leftOut: string | null;
  clock: string;
  more: { label: string; url: string } | null;
}

export function digestText({ title, intro, rows, colon, leftOut, clock, more }: DigestPage): string {
  const lines = rows.map(({ time, service, statusText, errors }) => {
    const what = [statusText, errors].filter((part) => part !== null).join(', ');
    return `${time}  ${oneLine(service)}${colon} ${what}`;
  });
  const foot = [leftOut, clock, more && `${more.label} ${more.url}`].filter((line) => line !== null);
  return `${[title, intro, '', ...lines, '', ...foot].join('\n')}\n`;
}

const BADGES: Record<string, string> = { DEGRADED: '#ffaa00', CRITICAL: '#ff4444' };
const NEUTRAL = '#4a9eff';
const SANS = "-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
const QUIET = 'font-size:13px;opacity:.75';

/**
 * A page for mail clients: a table, inline styles, no script, nothing from outside. It sets no background and no colour of text, so that it is
 * readable in a light and in a dark client, also where the style sheet is dropped.
 */
export function digestHtml({ title, intro, rows, leftOut, clock, more }: DigestPage, language: string): string {
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${escaped(title)}</title><style>:root{color-scheme:light dark}</style></head>
<body style="margin:0;padding:16px;font:15px/1.5 ${SANS}"><div style="max-width:640px;margin:0 auto">
<h1 style="margin:0 0 4px;font-size:20px;line-height:1.3">${escaped(title)}</h1>
<p style="margin:0 0 12px">${escaped(intro)}</p>
<table role="presentation" style="width:100%;border-collapse:collapse">
${rows.map(tableRow).join('\n')}
</table>
${leftOut === null ? '' : `<p style="margin:12px 0 0">${escaped(leftOut)}</p>\n`}<p style="margin:12px 0 0;${QUIET}">${escaped(clock)}</p>
${more === null ? '' : `<p style="margin:4px 0 0">${escaped(more.label)} <a href="${escaped(more.url)}">${escaped(more.url)}</a></p>\n`}</div></body></html>
`;
}

function tableRow({ time, service, status, statusText, errors }: DigestRow): string {
  const color = Object.hasOwn(BADGES, status) ? BADGES[status] : NEUTRAL;
  const badge = `display:inline-block;padding:1px 8px;border-radius:6px;background:${color};color:#111111;font-size:12px;font-weight:700;white-space:nowrap`;
  const cell = 'padding:8px 0;border-top:1px solid #8a929e;overflow-wrap:anywhere;word-break:break-word';
  const facts = [time, errors].filter((part) => part !== null).join(' · ');
  return `<tr><td style="${cell}"><b>${escaped(oneLine(service))}</b> <span style="${badge}">${escaped(statusText)}</span><div style="${QUIET}">${escaped(facts)}</div></td></tr>`;
}

/** A name from a log cannot begin a line of its own. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ');
}

function escaped(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
