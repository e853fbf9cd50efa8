import { hash } from 'node:crypto';
import type { Event } from '../../../core/events/index.ts';
import { decodeLine } from '../file/decode-line.ts';
import { lineContext } from '../text/line-context.ts';
import { eventOfLine } from '../text/line-event.ts';
import { parseUnwrapped, withoutEscapes } from '../text/parse-line.ts';
import { isFromUnsetClock } from '../text/unset-clock.ts';
import { unwrap } from '../text/wrapper.ts';
import type { SyslogReading } from './options.ts';
import type { SyslogFrame } from './split-frames.ts';

export interface MessageOrigin {
  /** Address of who sent it. */
  peer: string;
  /** Epoch ms. */
  receivedAt: number;
}

/** Turns messages into raw events; null for a blank one. */
export interface MessageReader {
  read(frame: SyslogFrame, from: MessageOrigin): Event | null;
}

export function createMessageReader({ clock, timeZone, trust }: SyslogReading): MessageReader {
  const base = lineContext({ timeZone, referenceTime: clock.now() });
  let sequence = 0;
  return {
    read({ bytes, skippedBytes }, { peer, receivedAt }) {
      const isCut = skippedBytes > 0;
      const raw = decodeLine(bytes, 0, endOf(bytes), isCut).text;
      const text = withoutEscapes(raw);
      if (text.trim() === '') return null;
      const context = { ...base, referenceTime: receivedAt };
      const parsed = parseUnwrapped(unwrap(text, context), context);
      if (parsed.body.trim() === '') return null;
      sequence++;
      const time = parsed.time ?? receivedAt;
      const instance = parsed.instance ?? peer;
      const process = parsed.attributes['process.pid'];
      return eventOfLine(parsed, {
        // No sender repeats a message knowingly, and equal ones are two: each is one event.
        id: hash('sha256', `${receivedAt} ${sequence} ${peer} ${text}`).slice(0, 32),
        time,
        observedTime: receivedAt,
        timeSuspect: isFromUnsetClock(time),
        instance,
        source: {
          kind: 'syslog',
          name: instance,
          position: String(sequence),
          stream: `${peer}:${instance}:${parsed.service ?? ''}:${typeof process === 'string' ? process : ''}`,
        },
        trust: isLoopback(peer) ? 'server' : trust,
        truncated: isCut,
      });
    },
  };
}

/** Without the line end, or the NUL that some senders put in its place. */
function endOf(bytes: Buffer): number {
  let end = bytes.length;
  while (end > 0 && (bytes[end - 1] === 10 || bytes[end - 1] === 13 || bytes[end - 1] === 0)) end--;
  return end;
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1';
}
