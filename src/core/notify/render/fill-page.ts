import type { TemplateRenderer } from '../../templates/index.ts';
import { builtInTemplates } from '../built-in-templates.ts';
import { type MessageFrame, type MessagePage, oneLine, pageData } from './page.ts';

export type MessageParts = Readonly<Record<'subject' | 'text' | 'html' | 'slack' | 'short', string>>;

const PARTS = ['subject', 'text', 'html', 'slack', 'short'] as const;
/** Characters of a subject: more is cut by mailboxes. */
const SUBJECT = 200;
/** Of the short form of somebody's own template; the built-in one keeps itself shorter. */
const SHORT = 1_000;

/** Every part of a message, by the template in use for messages. */
export function fillPage(
  page: MessagePage,
  frame: MessageFrame,
  templates: TemplateRenderer = builtInTemplates(),
): MessageParts {
  const { subject, short, ...rest } = templates.fill('message', PARTS, pageData(page, frame)) as MessageParts;
  return { ...rest, subject: oneLine(subject).slice(0, SUBJECT), short: oneLine(short).slice(0, SHORT) };
}
