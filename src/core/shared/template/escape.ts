/** What a part of a template becomes. */
export type TemplateFormat = 'text' | 'html' | 'markdown' | 'slack';

/** A text that is of a format already, made by Guardian and never by whoever wrote an event: shown as it is in that format, escaped in others. */
export class Fragment {
  readonly format: TemplateFormat;
  readonly text: string;

  constructor(format: TemplateFormat, text: string) {
    this.format = format;
    this.text = text;
  }
}

/** Control characters drive terminals, and turn the direction of what is read. */
const UNSEEN = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

export function escapeFor(format: TemplateFormat, text: string): string {
  const seen = text.replace(UNSEEN, '');
  switch (format) {
    case 'text':
      return seen;
    case 'html':
      return seen.replace(/[&<>"']/g, (one) => ENTITIES[one]!);
    case 'slack':
      // Slack's own three (https://api.slack.com/reference/surfaces/formatting#escaping), and what makes bold, code, links and mentions.
      return seen.replace(/[&<>]/g, (one) => ENTITIES[one]!).replace(/[*_~`]/g, (one) => `\u200b${one}`);
    case 'markdown':
      return seen.replace(/[\\`*_{}[\]<>()#+!|~-]/g, (one) => `\\${one}`).replace(/\n/g, ' ');
    default:
      return format satisfies never;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
