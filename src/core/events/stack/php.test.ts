import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stackFrame } from './exception-node.ts';
import { php } from './php.ts';
import {
  chainOf,
  className,
  expectLinear,
  expectNoThrow,
  expectRoundTrip,
  lineNumbers,
  message,
  path,
  readerOf,
  rolesOf,
  withFrames,
  word,
} from './round-trip.test-data.ts';

const read = readerOf('php');

const UNCAUGHT = `PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002]
Connection refused in /app/src/Db.php:14
Stack trace:
#0 /app/src/Db.php(14): PDO->__construct('mysql:host=db', 'shop', Object(SensitiveParameterValue))
#1 [internal function]: App\\Db->App\\{closure}(1)
#2 /app/src/Cart.php(30): array_map(Object(Closure), Array)
#3 /app/public/index.php(9): App\\Cart::load('a in b:3')
#4 {main}

Next App\\CartException: could not load in /app/src/Cart.php:33
Stack trace:
#0 /app/public/index.php(9): App\\Cart::load('a in b:3')
#1 {main}
  thrown in /app/src/Cart.php on line 33
`;

describe('PHP traces', () => {
  it('stands each function with the place where it was when it called on or threw', () => {
    const { exceptions, rootIndex, truncated, toLine } = read(UNCAUGHT);
    expect(exceptions.map(({ type, message: text, relation }) => [type, text, relation])).toEqual([
      ['App\\CartException', 'could not load', 'raised'],
      ['PDOException', 'SQLSTATE[HY000] [2002]\nConnection refused', 'cause'],
    ]);
    expect(exceptions[0]?.frames).toEqual([
      stackFrame({ file: '/app/src/Cart.php', line: 33, module: 'App\\Cart', function: 'load' }),
      stackFrame({ file: '/app/public/index.php', line: 9, function: '{main}' }),
    ]);
    expect(exceptions[1]?.frames.map(({ file, line, module, function: name }) => [file, line, module, name])).toEqual([
      ['/app/src/Db.php', 14, 'PDO', '__construct'],
      ['/app/src/Db.php', 14, 'App\\Db', 'App\\{closure}'],
      [null, null, null, 'array_map'],
      ['/app/src/Cart.php', 30, 'App\\Cart', 'load'],
      ['/app/public/index.php', 9, null, '{main}'],
    ]);
    expect([rootIndex, truncated, toLine]).toEqual([1, false, 13]);
  });

  it('reads closures of PHP 8.4, anonymous classes and code that was evaluated', () => {
    const { exceptions } = read(
      [
        'Error: Call to a member function x() on null in /app/a.php:3',
        'Stack trace:',
        '#0 /app/a.php(3): {closure:App\\Cart::total():2}(Array)',
        '#1 /app/b (copy).php(7): class@anonymous/app/a b.php:3$0->run()',
        "#2 /app/c.php(8) : eval()'d code(1): App\\Cart->{closure:App\\Cart::total():2}()",
        '#3 {main}',
      ].join('\n'),
    );
    expect(exceptions[0]).toMatchObject({ type: 'Error', message: 'Call to a member function x() on null' });
    expect(exceptions[0]?.frames.map(({ file, module, function: name }) => [file, module, name])).toEqual([
      ['/app/a.php', null, '{closure:App\\Cart::total():2}'],
      ['/app/a.php', 'class@anonymous/app/a b.php:3$0', 'run'],
      ['/app/b (copy).php', 'App\\Cart', '{closure:App\\Cart::total():2}'],
      ["/app/c.php(8) : eval()'d code", null, '{main}'],
    ]);
  });

  it("reads Monolog's form", () => {
    const { exceptions, fromLine } = read(
      [
        '[2024-05-01 10:00:00] production.ERROR: no stock {"exception":"[object] (App\\\\OutOfStock(code: 7): no stock at /app/src/Stock.php:5)',
        '[stacktrace]',
        '#0 /app/src/Cart.php(12): App\\Stock->take(1)',
        '#1 {main}',
        '"} ',
      ].join('\n'),
    );
    expect(exceptions[0]).toMatchObject({ type: 'App\\OutOfStock', message: 'no stock' });
    expect(exceptions[0]?.frames[0]).toMatchObject({
      file: '/app/src/Stock.php',
      line: 5,
      module: 'App\\Stock',
      function: 'take',
    });
    expect(fromLine).toBe(0);
  });

  it('keeps the whole frames of a cut trace', () => {
    const cut = read(UNCAUGHT.split('\n').slice(0, 6).join('\n'));
    expect(cut.exceptions[0]).toMatchObject({ type: 'PDOException', truncated: true });
    expect(cut.exceptions[0]?.frames).toHaveLength(3);
    const headless = read(UNCAUGHT.split('\n').slice(4, 8).join('\n'));
    expect(headless.exceptions[0]).toMatchObject({ type: null, message: null, truncated: true });
    expect([cut.truncated, headless.truncated]).toEqual([true, true]);
  });

  it('gives every line its role', () => {
    expect(rolesOf(php, UNCAUGHT.trimEnd())).toEqual([
      ...['start', 'continuation', 'continuation', 'frame', 'frame', 'frame', 'frame', 'frame', 'blank'],
      ...['link', 'continuation', 'frame', 'frame', 'end'],
    ]);
    expect(rolesOf(php, 'PHP Warning:  Undefined variable $x in /app/a.php on line 3')).toEqual([null]);
    expect(rolesOf(php, '#3 is the best')).toEqual([null]);
  });
});

const called = fc.record({
  file: path.map((file) => `${file}.php`),
  line: lineNumbers,
  module: fc.option(fc.tuple(className, className).map((parts) => parts.join('\\'))),
  function: fc.oneof(word, fc.constantFrom('{closure}', '__construct', '{closure:App\\Cart::total():12}')),
});
const inside = fc.record({
  file: fc.constant(null),
  line: fc.constant(null),
  module: fc.constant(null),
  function: word,
});
const main = fc.record({ file: path.map((file) => `${file}.php`), line: lineNumbers, function: fc.constant('{main}') });
const frames = fc
  .tuple(fc.array(called, { maxLength: 1 }), fc.array(fc.oneof(called, inside), { maxLength: 4 }), main)
  .map(([first, rest, last]) => [...first, ...(first.length === 0 ? [] : rest), last].map(stackFrame));
const node = fc
  .tuple(className, fc.option(message), frames)
  .map(([type, text, list]) => withFrames(`App\\${type}Exception`, text, list));
const exceptions = fc.array(node, { minLength: 1, maxLength: 3 }).map((nodes) => chainOf('php', nodes));

const LINES = [
  'PHP Fatal error:  Uncaught A\\B: x in /a.php:3',
  'Stack trace:',
  '#0 /a.php(3): A\\B->c(1)',
  '#1 [internal function]: f()',
  '#2 {main}',
  'Next E: y in /b.php:4',
  '  thrown in /b.php on line 4',
  '[stacktrace]',
  '"[object] (A(code: 0): x at /a.php:3)',
  '#0 /a((((((1(2(3',
];

describe('PHP, whatever the text', () => {
  it('reads back what it prints', () => expectRoundTrip(php, exceptions));
  it('never throws', () => expectNoThrow(php, exceptions, LINES));
  it('is linear', () => expectLinear(php, LINES));
});
