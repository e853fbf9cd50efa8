import type { Messages, PeopleLanguage } from '../shared/index.ts';
import type { MailMessage } from './ports.ts';
import { mailSubject, type SubjectOptions } from './subject.ts';

export interface TestMessageOptions {
  messages: Messages;
  language: PeopleLanguage;
  subject: SubjectOptions;
  /** Epoch ms. */
  date: number;
}

/** What `guardian doctor --send-test` sends: enough to see that mails arrive, and where. */
export function testMessage({ messages, language, subject, date }: TestMessageOptions): MailMessage {
  const { mailTestSubject, mailTestText } = messages.cli.doctor;
  return {
    subject: mailSubject(mailTestSubject, date, subject),
    text: mailTestText,
    html: `<p>${mailTestText}</p>`,
    attachments: [],
    date,
    language,
  };
}
