import fc from 'fast-check';
import type { Exception, Frame, Language } from '../event.ts';
import { type ExceptionNode, exceptionNode, stackFrame, toTrace } from './exception-node.ts';

// Exceptions as each runtime could raise them, for the properties that hold for all of them.

const word = fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,8}$/);
const className = fc.stringMatching(/^[A-Z][a-zA-Z0-9]{0,8}$/);
const line = fc.integer({ min: 1, max: 99_999 });
const path = fc.array(word, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
/** No line of it looks like one that begins or ends a trace: real messages may, and then no reader can tell. */
const messageLine = fc.stringMatching(/^- [ -~é–]{0,30}[a-z.)}\]]$/);
const message = fc
  .tuple(fc.stringMatching(/^[a-z][ -~é–]{0,30}[a-z.)]$/), fc.array(messageLine, { maxLength: 2 }))
  .map(([first, rest]) => [first, ...rest].join('\n'))
  .filter((text) => !/panic|Error|Exception/.test(text));

const qualified = fc.tuple(fc.array(word, { minLength: 1, maxLength: 3 }), className);
const types: Record<string, fc.Arbitrary<string>> = {
  python: fc
    .tuple(fc.array(word, { maxLength: 2 }), className)
    .map(([parts, name]) => [...parts, `${name}Error`].join('.')),
  node: className.map((name) => `${name}Error`),
  browser: className.map((name) => `${name}Error`),
  java: qualified.map(([parts, name]) => `${parts.join('.')}.${name}Exception`),
  go: fc.constantFrom('panic', 'runtime error', 'main.Failure', '*shop.Failure'),
};

const method = fc.oneof(
  word,
  fc.tuple(className, word).map((parts) => parts.join('.')),
  className.map((name) => `new ${name}`),
);
const frames: Record<string, fc.Arbitrary<Frame>> = {
  python: fc
    .record({
      file: path.map((file) => `${file}.py`),
      line,
      function: fc.oneof(word, fc.constantFrom('<module>', '<lambda>')),
      code: fc.option(fc.stringMatching(/^[a-z][ -~]{0,40}[a-z)]$/)),
    })
    .map(stackFrame),
  node: fc
    .oneof(
      fc.record({ file: path.map((file) => `${file}.js`), line, column: line, function: fc.option(method) }),
      fc.record({ function: method }),
    )
    .map(stackFrame),
  browser: fc
    .record({
      file: path.map((file) => `https://shop.test${file}.js`),
      line,
      column: line,
      function: fc.option(method),
    })
    .map(stackFrame),
  java: fc
    .record({
      place: fc.oneof(fc.record({ file: className.map((name) => `${name}.java`), line }), fc.constant({})),
      module: qualified.map(([parts, name]) => `${parts.join('.')}.${name}`),
      function: fc.oneof(word, fc.constantFrom('<init>', 'lambda$run$0')),
    })
    .map(({ place, ...name }) => stackFrame({ ...place, ...name })),
  go: fc
    .record({
      file: path.map((file) => `${file}.go`),
      line,
      module: fc.oneof(
        fc.constant('main'),
        path.map((file) => `example.com${file}.v2`),
      ),
      function: fc.oneof(
        word,
        fc.tuple(className, word).map(([type, name]) => `(*${type}).${name}`),
      ),
    })
    .map(stackFrame),
};

/** Which languages have what below an exception. */
const HAS = {
  members: ['python', 'node'],
  suppressed: ['java'],
  context: ['python'],
  causes: ['python', 'node', 'browser', 'java'],
};

function nodes(language: Language, depth: number): fc.Arbitrary<ExceptionNode> {
  const below = (languages: string[], maxLength: number) =>
    depth > 0 && languages.includes(language)
      ? fc.array(nodes(language, depth - 1), { maxLength })
      : fc.constant<ExceptionNode[]>([]);
  return fc
    .record({
      type: types[language] ?? className,
      message: fc.option(message),
      frames: fc.array(frames[language] ?? fc.constant(stackFrame({})), { minLength: 1, maxLength: 8 }),
      causes: below(HAS.causes, 1),
      members: below(HAS.members, 3),
      suppressed: below(HAS.suppressed, 2),
      isContext: fc.boolean(),
    })
    .map(({ type, message: text, frames: own, causes, members, suppressed, isContext }) => {
      const node = exceptionNode(type, text, own);
      node.cause = causes[0] ?? null;
      if (node.cause && isContext && HAS.context.includes(language)) node.causeRelation = 'context';
      // Frames shared with what it caused, as where it was caught: what runtimes leave out.
      if (node.cause && own.length > 4) node.cause.frames = [...node.cause.frames, ...own.slice(-5)];
      return Object.assign(node, { members, suppressed });
    });
}

/** A panic that unwound through another holds the frames of the first. */
const panics = fc.array(nodes('go', 0), { minLength: 1, maxLength: 3 }).map((chain) => {
  for (const [index, node] of chain.entries()) {
    const before = chain[index - 1];
    if (!before) continue;
    node.cause = before;
    node.causeRelation = 'context';
    node.frames = [...node.frames, ...before.frames];
  }
  return chain.at(-1) ?? exceptionNode(null, null);
});

/** A raised exception with all that hangs below it, as its language's parser lists it. */
export function arbitraryExceptions(language: Language): fc.Arbitrary<Exception[]> {
  const raised = language === 'go' ? panics : nodes(language, 2);
  return raised.map((root) => toTrace(root, { language, truncated: false, fromLine: 0, toLine: 0 }).exceptions);
}
