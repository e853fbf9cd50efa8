import { type Messages, messagesFor, type PeopleLanguage, textFor } from '../../shared/index.ts';
import { DEPLOY_REASON, DEPLOY_REMEDY } from '../intake/deployment-told.ts';
import { RUN_STATUS } from '../intake/job-told.ts';
import type { Notification, NotificationFacts } from '../notification.ts';
import { usageInWords } from './usage-in-words.ts';

/** The notification with its codes as words of that language: rows hold none, for each recipient reads their own. */
export function inWords(notification: Notification, language: PeopleLanguage): Notification {
  const messages = messagesFor(language);
  const { telling, deploy } = messages;
  const { said, ...facts } = notification.facts;
  const cause = textFor(facts.cause, said?.cause, messages);
  const advice = textFor(facts.advice, said?.advice, messages);
  const channel = facts.title.startsWith('channel:') ? facts.title.slice('channel:'.length) : null;
  return {
    ...notification,
    facts: {
      ...facts,
      title: channel === null ? facts.title : telling.channelFails(channel),
      value: measuredText(facts, messages),
      threshold: textFor(facts.threshold, said?.threshold, messages),
      cause: sentenceOf(sentenceOf(cause, DEPLOY_REASON, deploy.reasons), RUN_STATUS, telling.statuses),
      advice:
        advice === 'keep_checkpoint' ? telling.keepCheckpoint : sentenceOf(advice, DEPLOY_REMEDY, deploy.remedies),
      details: facts.details.map((detail) => detailInWords(detail, messages)),
    },
  };
}

/** A value that could not be measured reads unknown, never 0. */
function measuredText({ value, measured }: NotificationFacts, { notify, alerts }: Messages): string | null {
  if (measured) return measured.value === null ? notify.unknownValue : alerts.valueOf(measured.value, measured.unit);
  return value === 'unknown' ? notify.unknownValue : value;
}

function detailInWords({ label, text }: { label: string; text: string }, messages: Messages) {
  const { details, late, statuses } = messages.telling;
  if (label.startsWith('usage:')) return usageInWords(label.slice('usage:'.length), text, messages) ?? { label, text };
  if (label.startsWith('job:')) {
    const status = text.slice('status:'.length);
    return { label: label.slice('job:'.length), text: wordOf(statuses, status) };
  }
  return { label: wordOf(details, label), text: label === 'late' ? wordOf(late, text) : text };
}

/** A code that is not known is shown as it is. */
function wordOf(words: Readonly<Record<string, string>>, code: string): string {
  return Object.hasOwn(words, code) ? words[code]! : code;
}

/** What is written as a code behind this mark. */
function sentenceOf(text: string | null, mark: string, words: Readonly<Record<string, string>>): string | null {
  return text?.startsWith(mark) ? wordOf(words, text.slice(mark.length)) : text;
}
