import { type Messages, messagesFor, momentIn, type PeopleLanguage } from '../../shared/index.ts';
import type { TemplateRenderer } from '../../templates/index.ts';
import type { Message, Notification, Severity } from '../notification.ts';
import { fillPage } from './fill-page.ts';
import { type MessageItem, oneLine } from './page.ts';

/**
 * How several notifications become one message: `single` tells one; `group` those of a few minutes; `summary` counts what was too much; `digest` is what
 * quiet hours held back and still holds.
 */
export type MessageForm = 'single' | 'group' | 'summary' | 'digest';

export interface RenderOptions {
  form: MessageForm;
  /** IANA zone in which the recipient reads the clock. */
  timeZone: string;
  language: PeopleLanguage;
  /** Stands in brackets before mail subjects; null: none. */
  tag: string | null;
  /** How people reach the server; null: messages carry no links. */
  publicUrl: string | null;
  /** Signed page that asks whether to acknowledge. */
  acknowledgeUrl: string | null;
  /** How often it has been repeated; 0: it is the first. */
  repeat: number;
  isUnrouted: boolean;
  /** Held in quiet hours and over since. */
  ended: number;
  /** Epoch ms of the message. */
  at: number;
  /** Default: the built-in template. */
  templates?: TemplateRenderer;
}

/** Things listed in one message; the rest is counted. */
const LISTED = 30;
/** Characters of the short form: three segments of an SMS. */
const SHORT = 400;

const RANK: Record<Severity, number> = { info: 0, warning: 1, error: 2, critical: 3 };

/** One message for one recipient's language and zone, ready for any channel. `notifications` is in the order things happened; for a digest it may be empty. */
export function renderMessage(notifications: readonly Notification[], options: RenderOptions): Message {
  const messages = messagesFor(options.language);
  const { notify } = messages;
  const isSingle = options.form === 'single' && notifications.length === 1;
  const [first] = notifications;
  const severity = gravestOf(notifications);
  const title = isSingle ? headline(first!, notify) : titleOf(notifications.length, options.form, notify);
  const intro = introOf(notifications.length, options, notify);
  const url = linkTo(isSingle ? first!.facts.path : pathOf(options.form), options.publicUrl);
  const items =
    options.form === 'summary'
      ? countedItems(notifications, notify)
      : notifications.slice(0, LISTED).map((one) => itemOf(one, { isSingle, messages, options }));
  const notes = [
    notifications.length > LISTED && options.form !== 'summary' ? notify.more(notifications.length - LISTED) : null,
    ...ownNotes(options, notify),
  ].filter((note) => note !== null);
  const links = [
    url === null ? null : { label: notify.labels.link, url },
    options.acknowledgeUrl === null ? null : { label: notify.labels.acknowledge, url: options.acknowledgeUrl },
  ].filter((link) => link !== null);
  const page = { title, intro, items, notes, links, colon: notify.colon };
  const severityText = notify.severities[severity];
  const head = `${isSingle ? prefixOf(first!, notify) : `${severityText}${notify.colon} `}${title}`;
  const parts = fillPage(
    page,
    {
      language: options.language,
      subject: oneLine(`${options.tag === null ? '' : `[${options.tag}] `}${head}`),
      short: shortOf(head, isSingle ? first! : null, url, notify),
      severity,
      severityText,
      url,
      acknowledgeUrl: options.acknowledgeUrl,
    },
    options.templates,
  );
  return {
    ...parts,
    attachments: [],
    date: options.at,
    language: options.language,
    severity,
    action: isSingle ? actionOf(first!) : 'trigger',
    dedupeKey: first?.dedupeKey ?? options.form,
    url,
    acknowledgeUrl: options.acknowledgeUrl,
    notifications: [...notifications],
  };
}

/** What a test of a channel says; the drill says that it is one. */
export function renderTest({
  language,
  tag,
  at,
  isDrill,
  templates,
}: {
  language: PeopleLanguage;
  tag: string | null;
  at: number;
  isDrill: boolean;
  /** Default: the built-in template. */
  templates?: TemplateRenderer | undefined;
}): Message {
  const { notify } = messagesFor(language);
  const { title, text, drill } = notify.test;
  const intro = isDrill ? drill : text;
  const parts = fillPage(
    { title, intro, items: [], notes: [], links: [], colon: notify.colon },
    {
      ...{ language, subject: `${tag === null ? '' : `[${tag}] `}${title}`, short: `${title}. ${intro}` },
      ...{ severity: 'info', severityText: notify.severities.info, url: null, acknowledgeUrl: null },
    },
    templates,
  );
  return {
    ...parts,
    attachments: [],
    date: at,
    language,
    severity: 'info',
    action: 'test',
    dedupeKey: 'test',
    url: null,
    acknowledgeUrl: null,
    notifications: [],
  };
}

type Sentences = Messages['notify'];

function headline({ occasion, facts }: Notification, notify: Sentences): string {
  return notify.headlines[occasion](oneLine(facts.title));
}

function titleOf(count: number, form: MessageForm, notify: Sentences): string {
  if (form === 'digest') return count === 0 ? notify.digestNothing : notify.digest(count);
  return form === 'summary' ? notify.summary(count) : notify.group(count);
}

function introOf(count: number, { form, ended }: RenderOptions, notify: Sentences): string | null {
  if (form === 'digest') return notify.digestIntro(count + ended, ended);
  if (form === 'summary') return notify.summaryIntro(count);
  return form === 'group' && count > 1 ? notify.groupIntro(count) : null;
}

function itemOf(
  notification: Notification,
  { isSingle, messages, options }: { isSingle: boolean; messages: Messages; options: RenderOptions },
): MessageItem {
  const { labels, valueOf: textOfValue } = messages.notify;
  const { facts, at } = notification;
  const severity = shownSeverity(notification);
  const value = facts.value === null ? null : textOfValue(facts.value, facts.threshold);
  const rows: [string, string | null][] = [
    [labels.where, facts.subject === facts.title ? null : facts.subject],
    [labels.value, value],
    [labels.since, facts.since === null ? null : momentIn(facts.since, options)],
    [labels.cause, facts.cause],
    [labels.advice, facts.advice],
    ...facts.details.map(({ label, text }): [string, string] => [
      label,
      INSTANT.test(text) ? momentIn(Date.parse(text), options) : text,
    ]),
    [labels.link, isSingle ? null : linkTo(facts.path, options.publicUrl)],
    [labels.time, facts.since === at ? null : momentIn(at, options)],
  ];
  return {
    title: isSingle ? null : headline(notification, messages.notify),
    severity,
    severityText: messages.notify.severities[severity],
    facts: rows.flatMap(([label, text]) => (text === null || text === '' ? [] : [{ label, text }])),
  };
}

/** As details hold them; their reader has a language and a time zone. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Of too many, how many of each kind. */
function countedItems(notifications: readonly Notification[], notify: Sentences): MessageItem[] {
  const counts = new Map<string, { severity: Severity; count: number }>();
  for (const one of notifications) {
    const name = one.match.type ?? one.match.job ?? notify.occasions[one.occasion];
    const known = counts.get(name);
    const shown = shownSeverity(one);
    if (!known) counts.set(name, { severity: shown, count: 1 });
    else
      counts.set(name, {
        severity: RANK[shown] > RANK[known.severity] ? shown : known.severity,
        count: known.count + 1,
      });
  }
  return [...counts]
    .sort(([, a], [, b]) => b.count - a.count)
    .slice(0, LISTED)
    .map(([name, { severity, count }]) => ({
      title: `${name} × ${count}`,
      severity,
      severityText: notify.severities[severity],
      facts: [],
    }));
}

function isEnd({ occasion }: Pick<Notification, 'occasion'>): boolean {
  return occasion === 'alert_resolved' || occasion === 'job_recovered';
}

function ownNotes({ repeat, isUnrouted }: RenderOptions, notify: Sentences): (string | null)[] {
  return [repeat > 0 ? notify.repeat(repeat) : null, isUnrouted ? notify.unrouted : null];
}

/** That it is over says enough. */
function prefixOf(notification: Notification, notify: Sentences): string {
  return isEnd(notification) ? '' : `${notify.severities[notification.severity]}${notify.colon} `;
}

function gravestOf(notifications: readonly Notification[]): Severity {
  return notifications
    .map(shownSeverity)
    .reduce<Severity>((worst, one) => (RANK[one] > RANK[worst] ? one : worst), 'info');
}

/** What is over is as grave as it was to routes alone: people read that all is well. */
function shownSeverity(notification: Notification): Severity {
  return isEnd(notification) ? 'info' : notification.severity;
}

/** Nobody is paged for these. */
const NO_NEWS_OF_TROUBLE: readonly Notification['occasion'][] = [
  'report_ready',
  'usage_digest',
  'chain_finished',
  'deployment_finished',
  'audit_checkpoint',
  'fix_proposed',
  'fix_verified',
];

function actionOf({ occasion, action }: Notification): Message['action'] {
  if (action) return action;
  if (isEnd({ occasion })) return 'resolve';
  return NO_NEWS_OF_TROUBLE.includes(occasion) ? 'none' : 'trigger';
}

function pathOf(form: MessageForm): string {
  return form === 'digest' || form === 'group' || form === 'summary' ? '/alerts' : '/';
}

function linkTo(path: string | null, publicUrl: string | null): string | null {
  return path === null || publicUrl === null ? null : `${publicUrl.replace(/\/$/, '')}${path}`;
}

function shortOf(head: string, single: Notification | null, url: string | null, notify: Sentences): string {
  const parts = [
    single?.facts.value ? notify.valueOf(single.facts.value, single.facts.threshold) : null,
    single && single.facts.subject !== single.facts.title ? single.facts.subject : null,
    single?.facts.cause ?? null,
  ].filter((part) => part !== null);
  const text = oneLine([head, ...parts].join(' - '));
  const room = SHORT - (url === null ? 0 : url.length + 1);
  return text.length <= room ? text : `${text.slice(0, Math.max(20, room - 1))}…`;
}
