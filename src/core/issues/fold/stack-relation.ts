import type { Event, Exception, Frame } from '../../events/index.ts';

/** What of a stack is compared. Kept per exceptions array, which equal stacks share. */
export interface StackSignature {
  exceptions: ExceptionSignature[];
  frames: number;
}

class ExceptionSignature {
  readonly type: string | null;
  readonly message: string | null;
  readonly frameCount: number;
  readonly truncated: boolean;
  readonly #exception: Exception;
  #frames: string[] | null = null;

  constructor(exception: Exception) {
    this.type = exception.type;
    this.message = exception.message;
    this.frameCount = exception.frames.length;
    this.truncated = exception.truncated;
    this.#exception = exception;
  }

  /** Crash first: file, line, module, function. Made when first compared: most stacks differ before. */
  get frames(): string[] {
    this.#frames ??= this.#exception.frames.map(frameKey);
    return this.#frames;
  }
}

/** Exceptions of one chain that are looked at; deeper ones repeat what these show. */
const MAX_EXCEPTIONS = 8;
/** Messages shorter than this say too little to tell two exceptions the same. */
const TELLING_MESSAGE = 20;

const signatures = new WeakMap<readonly Exception[], StackSignature>();

export function stackSignature({ exceptions }: Event): StackSignature {
  const known = signatures.get(exceptions);
  if (known) return known;
  const signature: StackSignature = {
    exceptions: exceptions.slice(0, MAX_EXCEPTIONS).map((exception) => new ExceptionSignature(exception)),
    frames: exceptions.reduce((sum, exception) => sum + exception.frames.length, 0),
  };
  signatures.set(exceptions, signature);
  return signature;
}

function frameKey(frame: Frame): string {
  return `${frame.file}\u0000${frame.line}\u0000${frame.module}\u0000${frame.function}`;
}

/** Same type and equal or prefix message; one's frames a run inside the other's; the same crash line; or one the other's cause. */
export function areRelated(a: StackSignature, b: StackSignature): boolean {
  return a === b || a.exceptions.some((left) => b.exceptions.some((right) => isSameException(left, right)));
}

/**
 * Related, and not saying different things: what is asked of two stacks that share no request. Two requests that fail at one line
 * with other values are two failures; one exception keeps its message from layer to layer, or gets more of it.
 */
export function areOneException(a: StackSignature, b: StackSignature): boolean {
  return (
    a === b ||
    a.exceptions.some((left) =>
      b.exceptions.some((right) => areMessagesOfOne(left.message, right.message) && isSameException(left, right)),
    )
  );
}

/** Whether the smaller stack lies strictly inside the larger one: an inner layer's view of the same exception. */
export function isStrictlyInside(inner: StackSignature, outer: StackSignature): boolean {
  if (inner.frames === 0 || inner.frames >= outer.frames) return false;
  return inner.exceptions.some((left) =>
    outer.exceptions.some(
      (right) =>
        left.frameCount > 0 &&
        isSameType(left, right) &&
        areMessagesOfOne(left.message, right.message) &&
        isRunInside(left.frames, right.frames),
    ),
  );
}

function isSameException(a: ExceptionSignature, b: ExceptionSignature): boolean {
  if (!isSameType(a, b)) return false;
  if (a.message !== null && b.message !== null && a.type !== null && isSameMessage(a, b)) return true;
  if (a.frameCount === 0 || b.frameCount === 0) return false;
  if (a.frames[0] === b.frames[0]) return true;
  const [short, long] = a.frameCount <= b.frameCount ? [a.frames, b.frames] : [b.frames, a.frames];
  return short.length >= 2 && isRunInside(short, long);
}

/** A cut trace does not know its type. */
function isSameType(a: ExceptionSignature, b: ExceptionSignature): boolean {
  return a.type === b.type || (a.type === null && a.truncated) || (b.type === null && b.truncated);
}

function isSameMessage(a: ExceptionSignature, b: ExceptionSignature): boolean {
  const left = a.message ?? '';
  const right = b.message ?? '';
  if (left === right) return left.length >= TELLING_MESSAGE || a.frameCount === 0 || b.frameCount === 0;
  return Math.min(left.length, right.length) >= TELLING_MESSAGE && (left.startsWith(right) || right.startsWith(left));
}

/** A layer that passes an exception on may add to its message, in front or behind. */
function areMessagesOfOne(a: string | null, b: string | null): boolean {
  return a === null || b === null || a.includes(b) || b.includes(a);
}

function isRunInside(run: readonly string[], frames: readonly string[]): boolean {
  for (let start = frames.indexOf(run[0] as string); start >= 0; start = frames.indexOf(run[0] as string, start + 1)) {
    if (start + run.length > frames.length) return false;
    let matched = 1;
    while (matched < run.length && run[matched] === frames[start + matched]) matched++;
    if (matched === run.length) return true;
  }
  return false;
}
