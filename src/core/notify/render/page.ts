/** The parts of a message, in words of one language; texts of others are bound to one line where they are titles. */
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

/** What stands around the page. */
export interface MessageFrame {
  language: string;
  subject: string;
  /** One paragraph, without the link. */
  short: string;
  severity: string;
  severityText: string;
  url: string | null;
  acknowledgeUrl: string | null;
}

const BADGES: Record<string, string> = { info: '#4a9eff', warning: '#ffaa00', error: '#ff7744', critical: '#ff4444' };

/** What templates of messages are filled with. */
export function pageData(page: MessagePage, frame: MessageFrame): Record<string, unknown> {
  const items = page.items.map(itemData);
  const [only] = items;
  return {
    ...frame,
    title: oneLine(page.title),
    intro: page.intro === null ? null : clean(page.intro),
    badge: items.length === 1 ? only!.badge : null,
    items,
    notes: page.notes.map(clean),
    links: page.links.map(({ label, url }) => ({ label, url })),
    colon: page.colon,
  };
}

function itemData({ title, severity, severityText, facts }: MessageItem) {
  const color = severity !== null && Object.hasOwn(BADGES, severity) ? BADGES[severity]! : BADGES.info!;
  return {
    title: title === null ? null : oneLine(title),
    severity,
    severityText,
    badge: severity === null || severityText === null ? null : { text: severityText, color },
    isThere: title !== null || facts.length > 0,
    indent: title === null ? '' : '  ',
    facts: facts.map(({ label, text }) => {
      const [first = '', ...more] = bounded(text).split('\n');
      return { label: oneLine(label), first, more };
    }),
  };
}

/** Characters of one fact: a message is read on a phone; the row's page has the rest. */
const FACT = 2_000;

function bounded(text: string): string {
  const cleaned = clean(text);
  return cleaned.length <= FACT ? cleaned : `${cleaned.slice(0, FACT - 1)}…`;
}

function clean(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(HIDDEN, ' ').trim();
}

/** Control characters but line ends and tabs, and what turns the direction of writing: a name from a log must not disguise what stands beside it. */
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+/g;

/** A name from a log cannot begin a line, or a header, of its own. */
export function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').trim();
}
