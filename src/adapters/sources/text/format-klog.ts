import type { LineContext } from './line-context.ts';
import { emptyLine, type ParsedLine } from './parsed-line.ts';
import { nearestYear, readClock } from './read-time.ts';

const LEVELS: Record<string, [number, string]> = {
  I: [9, 'INFO'],
  W: [13, 'WARNING'],
  E: [17, 'ERROR'],
  F: [21, 'FATAL'],
};

/** klog and glog: `E0102 15:04:05.678901   1 file.go:10] …`. https://github.com/kubernetes/klog */
export function readKlog(line: string, context: LineContext): ParsedLine | null {
  const level = LEVELS[line[0] ?? ''];
  if (!level || line.charCodeAt(5) !== 32) return null;
  const head = /^[IWEF](\d\d)(\d\d) /.exec(line.slice(0, 6));
  const clock = head ? readClock(line, 6) : null;
  const month = Number(head?.[1]);
  const day = Number(head?.[2]);
  if (!clock || month < 1 || month > 12 || day < 1 || day > 31) return null;
  const rest = /^ {1,8}(\d{1,10}) ([^\s\]:]{1,120}):(\d{1,7})\] ?/.exec(line.slice(clock.end, clock.end + 160));
  if (!rest) return null;
  const body = line.slice(clock.end + rest[0].length);
  const parsed = emptyLine('klog', body.trim() === '' ? line : body);
  parsed.time = nearestYear(month, day, clock.time, context);
  [parsed.severityNumber, parsed.severityText] = level;
  parsed.attributes['code.file.path'] = rest[2];
  parsed.attributes['code.line.number'] = Number(rest[3]);
  parsed.attributes['thread.id'] = rest[1];
  return parsed;
}
