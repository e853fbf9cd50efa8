import { messagesFor, type PeopleLanguage, toInstant } from '../../shared/index.ts';
import type { TemplateRenderer } from '../../templates/index.ts';
import type { Message } from '../notification.ts';
import type { Outage } from '../watch/dead-man-switch.ts';
import { fillPage } from './fill-page.ts';

export interface RenderOutageOptions {
  language: PeopleLanguage;
  tag: string;
  publicUrl: string | null;
  /** Epoch ms. */
  at: number;
  templates: TemplateRenderer;
  /** Messages have a template of somebody's own; else it is a note of one sentence, as it was before there were templates. */
  hasOwnMessage: boolean;
}

/** What the one address is told that needs no store: that the store is away, or back. */
export function renderOutage({ kind, since, reason }: Outage, options: RenderOutageOptions): Message {
  const { language, tag, publicUrl: url, at, templates } = options;
  const { outage: say, severities, colon } = messagesFor(language).notify;
  const hasBegun = kind === 'began';
  const text = hasBegun ? say.began(toInstant(since), reason ?? say.stopped) : say.over(toInstant(since));
  const title = hasBegun ? say.title : say.titleOver;
  const severity = hasBegun ? 'critical' : 'info';
  const subject = `[${tag}] ${title}`;
  const parts = options.hasOwnMessage
    ? fillPage(
        { title, intro: text, items: [], notes: [], links: [], colon },
        {
          ...{ language, subject, short: text, severity, severityText: severities[severity] },
          ...{ url, acknowledgeUrl: null },
        },
        templates,
      )
    : { subject, short: text, ...note(text, templates) };
  return {
    ...parts,
    attachments: [],
    date: at,
    language,
    severity,
    action: hasBegun ? 'trigger' : 'resolve',
    dedupeKey: `guardian store ${since}`,
    url,
    acknowledgeUrl: null,
    notifications: [],
  };
}

function note(text: string, templates: TemplateRenderer): { text: string; html: string } {
  const filled = templates.fill('note', ['text', 'html'], { text, paragraphs: [text] });
  return { text: `${filled.text!.trimEnd()}\n`, html: filled.html!.trimEnd() };
}
