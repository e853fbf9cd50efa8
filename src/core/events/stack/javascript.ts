import { type ExceptionNode, exceptionNode, toTrace } from './exception-node.ts';
import { parseBarePlace, parseGeckoFrame } from './gecko-frame.ts';
import { bracketedHead, headInside, javascriptHead } from './javascript-head.ts';
import { parseV8, type V8Trace } from './javascript-parse.ts';
import { renderBrowser, renderNode } from './javascript-render.ts';
import type { LineRole, ParsedTrace, StackLanguage } from './language.ts';
import { roleOfRest, standsInHead } from './line-role.ts';
import { isBlank } from './log-record.ts';
import { headerPlace } from './node-uncaught.ts';
import { isWebFile, parseV8Frame } from './v8-frame.ts';

/** Node and other servers on V8, with what `util.inspect` and an uncaught error add. */
export const node: StackLanguage = {
  language: 'node',
  classify: classifyNode,
  parse: (lines) => {
    const trace = parseV8(lines);
    return trace && !isFromBrowser(trace.raised) ? toTrace(trace.raised, { ...trace, language: 'node' }) : null;
  },
  render: renderNode,
};

/** Chrome (V8's format over URLs), Firefox and Safari (`M@URL:N:C`, without type and message). */
export const browser: StackLanguage = {
  language: 'browser',
  classify: classifyBrowser,
  parse: parseBrowser,
  render: renderBrowser,
};

function isFromBrowser(raised: ExceptionNode): boolean {
  const files = raised.frames.map((frame) => frame.file).filter((file) => file !== null);
  const web = files.filter(isWebFile).length;
  return web > 0 && web * 2 >= files.length;
}

function parseBrowser(lines: readonly string[]): ParsedTrace | null {
  const trace = parseV8(lines);
  const chrome = trace && isFromBrowser(trace.raised) ? trace : null;
  const gecko = parseGecko(lines);
  const best = gecko && gecko.raised.frames.length > (chrome?.raised.frames.length ?? 0) ? gecko : chrome;
  return best && toTrace(best.raised, { ...best, language: 'browser' });
}

function parseGecko(lines: readonly string[]): V8Trace | null {
  const start = lines.findIndex((line) => parseGeckoFrame(line) !== null);
  if (start < 0) return null;
  const above = (lines[start - 1] ?? '').trim();
  const named = javascriptHead(above);
  const head = named?.isCertain ? named : headInside(above);
  const raised = exceptionNode(head?.type ?? null, head?.message ?? null);
  let at = start;
  for (; at < lines.length; at++) {
    const frame = parseGeckoFrame(lines[at] ?? '') ?? parseBarePlace(lines[at] ?? '');
    if (!frame) break;
    raised.frames.push(frame);
  }
  return { raised, truncated: false, fromLine: head ? start - 1 : start, toLine: at - 1 };
}

function classifyBrowser(line: string, previous: LineRole | null): LineRole | null {
  const frame = parseV8Frame(line);
  if (frame ? isWebFile(frame.file) : parseGeckoFrame(line)) return 'frame';
  if (previous === 'frame' && parseBarePlace(line)) return 'frame';
  if (frame && previous !== null) return 'frame';
  return headOrBlank(line, previous);
}

function classifyNode(line: string, previous: LineRole | null): LineRole | null {
  if (parseV8Frame(line.replace(/(?: \{|,)$/, ''))) return 'frame';
  if (/^(?:\/|file:|node:|[A-Za-z]:\\)/.test(line) && headerPlace(line)) return 'start';
  if (bracketedHead(line)?.rest === ' {' && (previous === null || previous === 'link')) return 'start';
  return (previous === null ? null : roleInNodeTrace(line, previous)) ?? headOrBlank(line, previous);
}

function roleInNodeTrace(line: string, previous: LineRole): LineRole | null {
  if (/^\s*\.\.\. \d{1,9} lines? matching cause stack trace/.test(line)) return 'frame';
  // The mark under the source line of an uncaught error: the error itself follows.
  if (/^\s*\^+\s*$/.test(line) && (previous === 'continuation' || previous === 'start')) return 'link';
  if (/^\s*(?:\[?(?:cause|errors)\]?: |caused by: )/i.test(line)) return 'link';
  if (/^Node\.js v\d/.test(line)) return 'end';
  const isIndented = /^\s/.test(line);
  const isBody = previous === 'frame' || previous === 'code' || (previous === 'end' && isIndented);
  if (!isBody || isBlank(line)) return null;
  if (line === '}') return 'end';
  return isIndented ? 'code' : null;
}

function headOrBlank(line: string, previous: LineRole | null): LineRole | null {
  if (javascriptHead(line)?.isCertain) return 'start';
  if (previous === null) return null;
  return isBlank(line) && previous === 'link' ? 'blank' : roleOfRest(line, standsInHead(previous));
}
