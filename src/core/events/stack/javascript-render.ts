import type { Exception } from '../event.ts';
import { causeChain, type ExceptionNode, toTree } from './exception-node.ts';
import { formatGeckoFrame } from './gecko-frame.ts';
import { formatV8Frame } from './v8-frame.ts';

/** As `console.error` prints it; with the header of an uncaught error when the first frame carries its code. */
export function renderNode(exceptions: readonly Exception[]): string {
  const raised = toTree(exceptions);
  if (!raised) return '';
  const crash = raised.frames[0];
  if (!crash || crash.code === null) return `${inspect(raised).join('\n')}\n`;
  const header = [`${crash.file}:${crash.line}`, crash.code, `${' '.repeat((crash.column ?? 1) - 1)}^`];
  const isThrownValue = raised.type === null && raised.message !== null;
  return `${[...header, ...(isThrownValue ? [raised.message] : ['', ...inspect(raised)])].join('\n')}\n`;
}

function headOf(node: ExceptionNode): string[] {
  if (node.type === null) return [];
  return (node.message === null ? node.type : `${node.type}: ${node.message}`).split('\n');
}

function inspect(node: ExceptionNode): string[] {
  const lines =
    node.frames.length > 0 ? [...headOf(node), ...framesOf(node)] : `[${headOf(node).join('\n')}]`.split('\n');
  if (!node.cause && node.members.length === 0) return lines;
  lines[lines.length - 1] += ' {';
  if (node.cause)
    lines.push(...inspect(node.cause).map((line, index) => (index === 0 ? `  [cause]: ${line}` : `  ${line}`)));
  if (node.members.length > 0) lines.push('  [errors]: [', ...node.members.flatMap(listItem), '  ]');
  return [...lines, '}'];
}

function listItem(member: ExceptionNode, index: number, members: readonly ExceptionNode[]): string[] {
  const lines = inspect(member).map((line) => `    ${line}`);
  if (index < members.length - 1) lines[lines.length - 1] += ',';
  return lines;
}

/** Node leaves out what the cause prints again, when it is more than three frames in a row. */
function framesOf(node: ExceptionNode): string[] {
  const own = node.frames.map(formatV8Frame);
  const cause = node.cause?.frames.map(formatV8Frame) ?? [];
  for (let start = 0; start < own.length - 3; start++) {
    const match = cause.indexOf(own[start] ?? '');
    if (match < 0) continue;
    let length = 1;
    while (
      start + length < own.length &&
      match + length < cause.length &&
      own[start + length] === cause[match + length]
    ) {
      length++;
    }
    if (length <= 3) continue;
    own.splice(start + 1, length - 2, `    ... ${length - 2} lines matching cause stack trace ...`);
    break;
  }
  return own;
}

/** Chrome's form; without a type, Firefox's and Safari's, which print frames alone. */
export function renderBrowser(exceptions: readonly Exception[]): string {
  const raised = toTree(exceptions);
  if (!raised) return '';
  if (raised.type === null) return `${raised.frames.map(formatGeckoFrame).join('\n')}\n`;
  const blocks = causeChain(raised).map((node, index) => {
    const text = [...headOf(node), ...node.frames.map(formatV8Frame)].join('\n');
    return index === 0 ? text : `Caused by: ${text}`;
  });
  return `${blocks.join('\n')}\n`;
}
