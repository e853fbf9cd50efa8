import type { Exception, Frame, Language } from '../event.ts';
import type { ParsedTrace } from './language.ts';

/** One exception as a tree while its trace is read or printed; `Exception[]` is the same tree written as a list. */
export interface ExceptionNode {
  type: string | null;
  message: string | null;
  /** Crash first. */
  frames: Frame[];
  truncated: boolean;
  cause: ExceptionNode | null;
  /** How `cause` stands to this one. */
  causeRelation: 'cause' | 'context';
  /** Of an exception group. */
  members: ExceptionNode[];
  suppressed: ExceptionNode[];
}

export function exceptionNode(type: string | null, message: string | null, frames: Frame[] = []): ExceptionNode {
  return {
    type,
    message,
    frames,
    truncated: false,
    cause: null,
    causeRelation: 'cause',
    members: [],
    suppressed: [],
  };
}

export function stackFrame(values: Partial<Frame>): Frame {
  return {
    file: null,
    line: null,
    column: null,
    function: null,
    module: null,
    code: null,
    inApp: null,
    origin: null,
    ...values,
  };
}

export interface TraceExtent {
  language: Language;
  truncated: boolean;
  fromLine: number;
  toLine: number;
}

/**
 * The tree as a list: an exception, then its causes with all that hangs below them, then its suppressed ones, then
 * its members. So a cause always follows what it caused, and the rest is told by `parent`. No recursion: a hostile
 * chain may be as long as its text.
 */
export function toTrace(root: ExceptionNode, extent: TraceExtent): ParsedTrace {
  const exceptions: Exception[] = [];
  const indexOf = new Map<ExceptionNode, number>();
  const open: { node: ExceptionNode; relation: Exception['relation']; parent: number | null }[] = [
    { node: root, relation: 'raised', parent: null },
  ];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, relation, parent } = next;
    const index = exceptions.length;
    indexOf.set(node, index);
    exceptions.push(toException(node, relation, parent, extent.language));
    for (const member of node.members.toReversed()) open.push({ node: member, relation: 'member', parent: index });
    for (const other of node.suppressed.toReversed()) open.push({ node: other, relation: 'suppressed', parent: index });
    if (node.cause) open.push({ node: node.cause, relation: node.causeRelation, parent: null });
  }
  return { ...extent, exceptions, rootIndex: indexOf.get(rootCause(root)) ?? 0 };
}

/** The deepest cause; where that is a group, the root cause of its first member. Suppressed exceptions are none. */
function rootCause(raised: ExceptionNode): ExceptionNode {
  let node = raised;
  for (let next: ExceptionNode | null | undefined = node; next; next = node.cause ?? node.members[0]) node = next;
  return node;
}

function toException(
  node: ExceptionNode,
  relation: Exception['relation'],
  parent: number | null,
  language: Language,
): Exception {
  return {
    type: node.type,
    message: node.message,
    module: packageOf(node.type),
    frames: node.frames,
    language,
    relation,
    parent,
    handled: null,
    truncated: node.truncated,
  };
}

function packageOf(type: string | null): string | null {
  const dot = type?.lastIndexOf('.') ?? -1;
  return type && dot > 0 ? type.slice(0, dot).replace(/^\*/, '') : null;
}

/** The list as a tree again; null when it is empty. What names a parent that does not exist counts as a cause. */
export function toTree(exceptions: readonly Exception[]): ExceptionNode | null {
  const nodes: ExceptionNode[] = [];
  for (const [index, exception] of exceptions.entries()) {
    const node = exceptionNode(exception.type, exception.message, [...exception.frames]);
    node.truncated = exception.truncated;
    nodes.push(node);
    const parent = exception.parent === null || exception.parent >= index ? undefined : nodes[exception.parent];
    if (exception.relation === 'member' && parent) parent.members.push(node);
    else if (exception.relation === 'suppressed' && parent) parent.suppressed.push(node);
    else if (index > 0) addCause(nodes[index - 1]!, node, exception.relation);
  }
  return nodes[0] ?? null;
}

function addCause(of: ExceptionNode, cause: ExceptionNode, relation: Exception['relation']): void {
  if (of.cause) return;
  of.cause = cause;
  of.causeRelation = relation === 'context' ? 'context' : 'cause';
}

/** The exceptions from the raised one to its deepest cause. */
export function causeChain(raised: ExceptionNode): ExceptionNode[] {
  const chain: ExceptionNode[] = [];
  for (let node: ExceptionNode | null = raised; node; node = node.cause) chain.push(node);
  return chain;
}
