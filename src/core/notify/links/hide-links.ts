/** Begins only where a scheme stands, and looks no further than a URL goes. */
const LINK = /https?:\/\/[^\s"'<>]{1,500}?\/ack\/[\w.%-]{1,5000}/g;
const HIDDEN = '#hidden';

/** A text without the links by which its recipient acknowledges: whoever holds one acts in that name. As an address in HTML it leads nowhere. */
export function hideAcknowledgeLinks(text: string): string {
  return text.replace(LINK, HIDDEN);
}
