import type { Exception, Frame } from '../event.ts';
import { type ExceptionNode, toTree } from './exception-node.ts';
import { formatJavaFrame } from './java-lines.ts';

/** As `Throwable.printStackTrace` writes it. */
export function renderJava(exceptions: readonly Exception[]): string {
  const raised = toTree(exceptions);
  if (!raised) return '';
  const lines: string[] = [];
  const open: { node: ExceptionNode; caption: string; pad: string; enclosing: readonly Frame[] }[] = [
    { node: raised, caption: '', pad: '', enclosing: [] },
  ];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, caption, pad, enclosing } = next;
    lines.push(...headLines(node, pad + caption));
    const common = caption === '' ? 0 : sharedEnd(node.frames, enclosing);
    const own = node.frames.slice(0, node.frames.length - common);
    for (const frame of own) lines.push(`${pad}\t${formatJavaFrame(frame)}`);
    if (common > 0) lines.push(`${pad}\t... ${common} more`);
    // The last pushed is printed next: suppressed ones in order, then the cause.
    if (node.cause) open.push({ node: node.cause, caption: 'Caused by: ', pad, enclosing: node.frames });
    for (const other of node.suppressed.toReversed()) {
      open.push({ node: other, caption: 'Suppressed: ', pad: `${pad}\t`, enclosing: node.frames });
    }
  }
  return `${lines.join('\n')}\n`;
}

function headLines({ type, message }: ExceptionNode, lead: string): string[] {
  if (type === null) return [];
  return `${lead}${type}${message === null ? '' : `: ${message}`}`.split('\n');
}

function sharedEnd(frames: readonly Frame[], enclosing: readonly Frame[]): number {
  let shared = 0;
  while (shared < frames.length && shared < enclosing.length) {
    const own = frames[frames.length - 1 - shared];
    const other = enclosing[enclosing.length - 1 - shared];
    if (!own || !other || formatJavaFrame(own) !== formatJavaFrame(other)) break;
    shared++;
  }
  return shared;
}
