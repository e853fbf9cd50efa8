import type { GuardianError, Messages, PeopleLanguage } from '../shared/index.ts';
import type { TemplateRenderer } from '../templates/index.ts';
import { builtInTemplates } from './built-in-templates.ts';
import type { MailMessage } from './ports.ts';
import { mailSubject, type SubjectOptions } from './subject.ts';

export interface OwnMessageOptions {
  messages: Messages;
  language: PeopleLanguage;
  subject: SubjectOptions;
  /** Epoch ms. */
  date: number;
  /** Default: the built-in ones. */
  templates?: TemplateRenderer;
}

/** What `guardian doctor --send-test` sends: enough to see that mails arrive, and where. */
export function testMessage(options: OwnMessageOptions): MailMessage {
  const { mailTestSubject, mailTestText } = options.messages.cli.doctor;
  return plainMessage(mailTestSubject, mailTestText, options);
}

/** That production could not be looked at, why, and what to do. */
export function failedLookMessage(watched: string, error: GuardianError, options: OwnMessageOptions): MailMessage {
  const { label, text } = options.messages.mail.couldNotLook;
  const { message, remedy } = error.explain(options.messages);
  return plainMessage(label, text(watched, message, remedy), options);
}

/** A mail of a few sentences: the same in both parts. */
export function plainMessage(label: string, said: string, options: OwnMessageOptions): MailMessage {
  const { subject, date, language, templates = builtInTemplates() } = options;
  const paragraphs = said
    .trim()
    .split('\n')
    .filter((line) => line !== '');
  const { text, html } = templates.fill('note', ['text', 'html'], { text: said, paragraphs });
  return {
    subject: mailSubject(label, date, subject),
    text: text!,
    html: html!.trimEnd(),
    attachments: [],
    date,
    language,
  };
}
