import type { Exception, Language } from '../../../core/events/index.ts';
import { readStack } from './map-frames.ts';
import { asCount, asList, asMessage, asName, asObject, type JsonObject } from './read-value.ts';

/** As many as the pipeline keeps. */
const MOST_EXCEPTIONS = 50;

export interface ReadExceptions {
  /** The raised one first, then its causes with all that hangs below them, then suppressed ones, then members of its group. */
  exceptions: Exception[];
  truncated: boolean;
  /** The SDK took the stack of a message: nothing was raised. */
  isStackOfMessage: boolean;
}

/** https://develop.sentry.dev/sdk/foundations/transport/event-payloads/exception/: oldest cause first there, the raised one first here. */
export function readExceptions(payload: JsonObject, eventLanguage: Language | null): ReadExceptions {
  const given = asList(payload.exception ?? payload['sentry.interfaces.Exception'] ?? null);
  const values = given
    .slice(-MOST_EXCEPTIONS)
    .map(asObject)
    .filter((value) => value !== null)
    .filter((value) => asName(value.type) !== null || asMessage(value.value) !== null)
    .toReversed();
  const exceptions = orderOf(values).map(({ value, relation, parent }) =>
    readException(value, { relation, parent, eventLanguage }),
  );
  const raised = exceptions[0];
  const first = values[0];
  if (raised && first && raised.frames.length === 0) takeThreadStack(raised, payload, first, eventLanguage);
  return {
    exceptions,
    truncated: given.length > MOST_EXCEPTIONS || exceptions.some(({ truncated }) => truncated),
    isStackOfMessage: values.length === 1 && raised?.type === null && asObject(first?.mechanism)?.synthetic === true,
  };
}

/** A stack that stands outside exceptions: at top level, or in the thread that crashed or sent the event. Null without frames. */
export function readLooseStack(payload: JsonObject, eventLanguage: Language | null): Exception | null {
  const stack = asObject(payload.stacktrace) ?? asObject(threadOf(payload, null)?.stacktrace);
  const { frames, language, truncated } = readStack(stack, eventLanguage);
  if (frames.length === 0) return null;
  return {
    type: null,
    message: null,
    module: null,
    frames,
    language,
    relation: 'raised',
    parent: null,
    handled: null,
    truncated,
  };
}

type Place = Pick<Exception, 'relation' | 'parent'>;

function readException(
  value: JsonObject,
  { relation, parent, eventLanguage }: Place & { eventLanguage: Language | null },
): Exception {
  const mechanism = asObject(value.mechanism);
  const stack = readStack(value.stacktrace ?? value.raw_stacktrace, eventLanguage);
  return {
    type: mechanism?.synthetic === true ? null : asName(value.type),
    message: asMessage(value.value),
    module: asName(value.module),
    frames: stack.frames,
    language: stack.language,
    relation,
    parent,
    handled: typeof mechanism?.handled === 'boolean' ? mechanism.handled : null,
    truncated: stack.truncated,
  };
}

/** Some SDKs keep the frames with the thread. */
function takeThreadStack(
  raised: Exception,
  payload: JsonObject,
  { thread_id: threadId }: JsonObject,
  eventLanguage: Language | null,
): void {
  const stack = readStack(threadOf(payload, threadId ?? null)?.stacktrace, eventLanguage);
  raised.frames = stack.frames;
  if (stack.frames.length > 0) raised.language = stack.language;
  raised.truncated ||= stack.truncated;
}

/** Threads of a dump, looked through for the one that matters. */
const MOST_THREADS = 1_000;

function threadOf({ threads }: JsonObject, id: unknown): JsonObject | null {
  const list = asList(threads ?? null)
    .slice(0, MOST_THREADS)
    .map(asObject);
  const named = id === null ? undefined : list.find((thread) => thread !== null && thread.id === id);
  return (
    named ??
    list.find((thread) => thread?.crashed === true) ??
    list.find((thread) => thread?.current === true) ??
    (list.length === 1 ? (list[0] ?? null) : null)
  );
}

interface Placed extends Place {
  value: JsonObject;
}

interface Node {
  value: JsonObject;
  id: number;
  cause: Node | null;
  causeRelation: 'cause' | 'context';
  suppressed: Node[];
  members: Node[];
}

/** A tree by the mechanisms' ids where they make one, else the chain as the list has it. */
function orderOf(values: readonly JsonObject[]): Placed[] {
  const root = treeOf(values);
  const placed = root === null ? [] : flatten(root);
  if (placed.length === values.length) return placed;
  return values.map((value, index) => ({
    value,
    relation: index === 0 ? 'raised' : isContext(asObject(value.mechanism)) ? 'context' : 'cause',
    parent: null,
  }));
}

function isContext(mechanism: JsonObject | null): boolean {
  return mechanism?.source === '__context__';
}

/** Null when an id is missing, stands twice, or there is more than one root. */
function treeOf(values: readonly JsonObject[]): Node | null {
  const nodes = new Map<number, Node>();
  for (const value of values) {
    const id = asCount(asObject(value.mechanism)?.exception_id);
    if (id === null || nodes.has(id)) return null;
    nodes.set(id, { value, id, cause: null, causeRelation: 'cause', suppressed: [], members: [] });
  }
  let root: Node | null = null;
  for (const node of nodes.values()) {
    const parentId = asCount(asObject(node.value.mechanism)?.parent_id);
    const parent = parentId === null ? undefined : nodes.get(parentId);
    if (parent && parent !== node) hang(node, parent);
    else if (root !== null) return null;
    else root = node;
  }
  return root;
}

/** `source` names the field of the parent: `__cause__`, `__context__`, `cause`, `exceptions[0]`, `errors[1]`. */
function hang(node: Node, parent: Node): void {
  const mechanism = asObject(node.value.mechanism);
  const source = asName(mechanism?.source, 256);
  const isGroup = asObject(parent.value.mechanism)?.is_exception_group === true;
  const isMember = source === null ? isGroup : source.includes('[');
  if (mechanism?.type === 'suppressed' || source?.startsWith('suppressed') === true) parent.suppressed.push(node);
  else if (isMember || parent.cause !== null) parent.members.push(node);
  else {
    parent.cause = node;
    parent.causeRelation = isContext(mechanism) ? 'context' : 'cause';
  }
}

/** The order of every trace: see `Exception.relation` and `Exception.parent`. What a circle holds is not reached. */
function flatten(root: Node): Placed[] {
  const placed: Placed[] = [];
  const open: { node: Node; place: Place }[] = [{ node: root, place: { relation: 'raised', parent: null } }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, place } = next;
    const parent = placed.length;
    placed.push({ value: node.value, ...place });
    for (const member of node.members.toReversed()) open.push({ node: member, place: { relation: 'member', parent } });
    for (const one of node.suppressed.toReversed()) open.push({ node: one, place: { relation: 'suppressed', parent } });
    if (node.cause) open.push({ node: node.cause, place: { relation: node.causeRelation, parent: null } });
  }
  return placed;
}
