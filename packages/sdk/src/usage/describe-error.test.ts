import { expect, test } from 'vitest';
import { classOf, describeFailure, framesOf } from './describe-error.ts';

const SECRET = 'the-piano-of-aunt-augusta';

class QuotaError extends Error {}

function thrownBy(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}

test('a declared sentence, else class and status; never the text ("stored exception text, which carries user input")', () => {
  const failure = { method: 'POST', endpoint: '/api/documents/upload', status: 413 };
  const thrown = new QuotaError(SECRET);
  const message = (messages: Record<string, string>, of: object = { thrown }) =>
    describeFailure({ ...failure, ...of }, messages)?.message;
  expect(message({})).toBe('QuotaError 413');
  expect(message({ 413: 'File too large' })).toBe('File too large');
  expect(message({ 413: 'File too large', QuotaError: 'Quota used up' })).toBe('Quota used up');
  expect(message({ QuotaError: 'Quota used up', 'POST /api/documents/upload 413': 'Upload too large' })).toBe(
    'Upload too large',
  );
  expect(describeFailure({ ...failure }, {})).toBeNull();
  expect(describeFailure({ ...failure, thrown: SECRET }, {})).toBeNull();
  expect(describeFailure(failure, { 413: 'File too large' })).toEqual({
    type: 'PayloadTooLarge',
    message: 'File too large',
  });
});

test('the class is the constructor, whatever name the thrower wrote', () => {
  const renamed = new QuotaError('x');
  renamed.name = SECRET;
  expect(classOf(renamed)).toBe('QuotaError');
  expect(classOf(Object.assign(Object.create(null), { message: SECRET }))).toBeNull();
  const broken = new Error('x');
  Object.setPrototypeOf(broken, new Proxy(Error.prototype, { get: () => SECRET }));
  expect(classOf(broken)).toBeNull();
  const unnamed = new (class extends Error {})('x');
  expect(classOf(unnamed)).toBe('Error');
});

test('keeps frames, crash first, and causes as class names', () => {
  const error = thrownBy(function placeOrder() {
    throw new QuotaError(SECRET, { cause: thrownBy(() => JSON.parse(`{"${SECRET}`)) });
  });
  const frames = framesOf(error).split('\n');
  expect(frames[0]).toMatch(/^at placeOrder \(packages\/sdk\/src\/usage\/describe-error\.test\.ts:\d+:\d+\)$/);
  expect(frames).toContain('caused by SyntaxError');
  expect(frames.join()).not.toContain(SECRET);
});

test('a message with lines that look like frames is measured and left out', () => {
  const error = new QuotaError(`no\n    at ${SECRET} (/etc/${SECRET}.ts:1:1)\n    at again (/x.ts:2:2)`);
  expect(framesOf(error)).toContain('describe-error.test.ts');
  expect(framesOf(error)).not.toContain(SECRET);
});

test('tells nothing where the message was changed after the stack was made', () => {
  const error = new QuotaError(`first\n    at ${SECRET} (/x.ts:1:1)`);
  void error.stack;
  error.message = 'second';
  expect(framesOf(error)).toBe('');
});

test('leaves out what a request can choose: keys of methods, code in addresses, queries', () => {
  const handlers: Record<string, () => never> = {};
  handlers[SECRET] = () => {
    throw new QuotaError('x');
  };
  const byKey = framesOf(thrownBy(() => handlers[SECRET]?.()));
  expect(byKey).toContain('describe-error.test.ts');
  expect(byKey).not.toContain(SECRET);

  const told = new QuotaError('x');
  told.stack = [
    'Error: x',
    `    at run (data:text/javascript,${SECRET}:1:7)`,
    `    at load (file:///app/x.ts?token=${SECRET}:3:9)`,
    `    at eval (eval at ${SECRET} (/x.ts:1:1), <anonymous>:1:1)`,
    `    at Shop.buy [as ${SECRET}] (/app/shop.ts:5:5)`,
    `    ${SECRET} is no frame`,
    '    at new Promise (<anonymous>)',
    '    at async Promise.all (index 0)',
  ].join('\n');
  expect(framesOf(told).split('\n')).toEqual([
    'at run (<data>:1:7)',
    'at load (/app/x.ts:3:9)',
    'at eval (<eval>:1:1)',
    'at Shop.buy (/app/shop.ts:5:5)',
    'at <native>',
  ]);
});

test('survives getters that throw, circles of causes and endless stacks', () => {
  const hostile = new Error('x');
  Object.defineProperty(hostile, 'stack', {
    get() {
      throw new Error(SECRET);
    },
  });
  expect(framesOf(hostile)).toBe('');
  const circle = new Error('x');
  circle.cause = circle;
  expect(framesOf(circle)).not.toContain('caused by');
  const deep = new Error('x');
  deep.stack = `Error: x\n${'    at f (/a.ts:1:1)\n'.repeat(2_000)}`;
  expect(framesOf(deep).split('\n').length).toBe(50);
  expect(framesOf(SECRET)).toBe('');
});
