import type { Address } from 'postal-mime';

/** What of a mail is needed to tell whose it is, what it answers and what it says. All of it is hostile. */
export interface ArrivedMail {
  /** Addresses of `From`: usually one. */
  from: string[];
  /** Wherever it was sent to, with what servers noted on the way. */
  to: string[];
  /** With its angle brackets; null: it has none. */
  messageId: string | null;
  /** Message-IDs of `In-Reply-To` and `References`. */
  references: string[];
  /** The first of each name, in lower case. */
  headers: Map<string, string>;
  /** As it stands in `Date`. */
  date: string | null;
  text: string;
}

const HEADERS_BYTES = 64 * 1024;
const DEPTH = 20;
const ADDRESSES = 100;
const ADDRESS_TEXT = 5_000;
const TEXT = 200_000;
/** Of these every value counts: a mail passes through several. */
const TOLD_ON_THE_WAY = ['delivered-to', 'x-original-to', 'x-forwarded-to', 'envelope-to'];

/** A whole mail (RFC 5322). Null: it is none that can be read, or is built to be slow. */
export async function readMail(raw: Uint8Array): Promise<ArrivedMail | null> {
  // Loaded with the first mail.
  const { default: PostalMime, addressParser } = await import('postal-mime');
  const bounds = { maxHeadersSize: HEADERS_BYTES, maxNestingDepth: DEPTH, maxRfc822NestingDepth: 0 };
  const mail = await PostalMime.parse(raw, bounds).catch(() => null);
  if (mail === null) return null;
  const noted = mail.headers.filter(({ key }) => TOLD_ON_THE_WAY.includes(key)).map(({ value }) => value);
  const headers = new Map(mail.headers.toReversed().map(({ key, value }) => [key, value]));
  return {
    // Every one of every `From`: the parser itself gives the first, and hides who else claims to have written.
    from: mail.headers
      .filter(({ key }) => key === 'from')
      .flatMap(({ value }) => addressesOf(addressParser(value.slice(0, ADDRESS_TEXT))))
      .slice(0, ADDRESSES),
    to: [...addressesOf(mail.to), ...addressesOf(mail.cc), ...noted].slice(0, ADDRESSES),
    messageId: mail.messageId?.trim() || null,
    references: idsIn(`${mail.inReplyTo ?? ''} ${mail.references ?? ''}`),
    headers,
    date: mail.date ?? null,
    text: (mail.text?.trim() ? mail.text : plainText(mail.html ?? '')).slice(0, TEXT),
  };
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

/** What programs that send HTML alone show above what they quote; nothing of it is ever shown as HTML. */
function plainText(html: string): string {
  const own = html.slice(0, TEXT).split(/<blockquote\b/i, 1)[0] ?? '';
  return own
    .split(/<\/(?:style|script|head)>/i)
    .map((part) => part.replace(/<(?:style|script|head)\b[\s\S]*$/i, ''))
    .join('')
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/<(?:br|\/p|\/div|\/tr|\/li)\b[^<>]{0,500}>/gi, '\n')
    .replace(/<[^<>]{0,2000}>/g, '')
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => ENTITIES[name] ?? '');
}

/** Message-IDs of a header, at most a hundred. */
function idsIn(value: string): string[] {
  return (value.slice(0, HEADERS_BYTES).match(/<[^<>\s]{1,500}>/g) ?? []).slice(0, ADDRESSES);
}

function addressesOf(given: readonly Address[] | undefined): string[] {
  return (given ?? [])
    .slice(0, ADDRESSES)
    .flatMap((one) => (one.group ? one.group.map(({ address }) => address) : [one.address]))
    .filter((address): address is string => typeof address === 'string' && address !== '')
    .slice(0, ADDRESSES);
}
