import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stackFrame } from './exception-node.ts';
import {
  chainOf,
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
import { swift } from './swift.ts';

const read = readerOf('swift');

const CRASH = `Swift/ContiguousArrayBuffer.swift:600: Fatal error: Index out of range

*** Signal 4: Backtracing from 0x7f8d4e6c1b2d... done ***

*** Program crashed: Illegal instruction at 0x00007f8d4e6c1b2d ***

Platform: x86_64 Linux (Ubuntu 22.04.4 LTS)

Thread 0 "shop" crashed:

0 [system]          0x00007f8d4e6c1b2d _assertionFailure(_:_:file:line:flags:) + 253 in libswiftCore.so
1 [ra] [inlined]    0x000055d0c8a1f3a4 Cart.total(_:) in shop at /srv/shop/Sources/shop/Cart.swift:12:9

    10│ func total(_ at: Int) -> Int {
    11│   // no check
    12│   return items[at]
      │         ▲
    13│ }

2 [ra]              0x000055d0c8a1f4b2 checkout in lane() + 46 in shop at /srv/shop/Sources/shop/main.swift:5
3 [ra] [system]     0x000055d0c8a1f4f0 static Main.$main() + 12 in shop
...

Thread 1:

0 0x00007f8d4e0e8d7f <unknown> in libc.so.6

Registers:

rax 0x0000000000000000  0
`;

describe('Swift crashes', () => {
  it('reads the thread that crashed, with the message that the runtime printed above', () => {
    const { exceptions, truncated, fromLine, toLine } = read(CRASH);
    expect(exceptions[0]).toMatchObject({ type: 'Fatal error', message: 'Index out of range' });
    expect(exceptions[0]?.frames).toEqual([
      stackFrame({ module: 'libswiftCore.so', function: '_assertionFailure(_:_:file:line:flags:)', inApp: false }),
      stackFrame({
        module: 'shop',
        function: 'Cart.total(_:)',
        file: '/srv/shop/Sources/shop/Cart.swift',
        line: 12,
        column: 9,
      }),
      stackFrame({
        module: 'shop',
        function: 'checkout in lane()',
        file: '/srv/shop/Sources/shop/main.swift',
        line: 5,
      }),
      stackFrame({ module: 'shop', function: 'static Main.$main()', inApp: false }),
    ]);
    expect([truncated, fromLine, toLine]).toEqual([false, 0, 20]);
  });

  it('tells where, when there is no backtrace', () => {
    const { exceptions } = read(
      'shop/Cart.swift:3: Fatal error: Unexpectedly found nil while unwrapping an Optional value',
    );
    expect(exceptions[0]?.message).toBe('Unexpectedly found nil while unwrapping an Optional value');
    expect(exceptions[0]?.frames).toEqual([stackFrame({ file: 'shop/Cart.swift', line: 3 })]);
    const old = read(
      'Fatal error: Error raised at top level: shop.LoadError.missing: file Swift/ErrorType.swift, line 200',
    );
    expect(old.exceptions[0]).toMatchObject({
      type: 'Fatal error',
      message: 'Error raised at top level: shop.LoadError.missing',
    });
    expect(old.exceptions[0]?.frames).toEqual([stackFrame({ file: 'Swift/ErrorType.swift', line: 200 })]);
  });

  it("takes the backtracer's word when the runtime said nothing", () => {
    const text = CRASH.split('\n').slice(2).join('\n').replace('Illegal instruction', 'Bad pointer dereference');
    expect(read(text).exceptions[0]).toMatchObject({
      type: 'Program crashed',
      message: 'Bad pointer dereference at 0x00007f8d4e6c1b2d',
    });
  });

  it('keeps the whole frames of a cut trace', () => {
    const { exceptions, truncated } = read(CRASH.split('\n').slice(8, 12).join('\n'));
    expect(exceptions[0]).toMatchObject({ type: null, message: null, truncated: true });
    expect(exceptions[0]?.frames).toHaveLength(2);
    expect(truncated).toBe(true);
  });

  it('gives every line its role', () => {
    const roles = rolesOf(swift, CRASH.split('\n').slice(0, 20).join('\n'));
    expect(roles[0]).toBe('start');
    expect(roles.slice(1, 10)).toEqual(Array(9).fill('continuation'));
    expect(roles.slice(10)).toEqual([
      'frame',
      'frame',
      'blank',
      'code',
      'code',
      'code',
      'code',
      'code',
      'blank',
      'frame',
    ]);
    expect(rolesOf(swift, CRASH.trimEnd())).not.toContain(null);
    expect(rolesOf(swift, '3 items in cart')).toEqual([null]);
  });
});

const frame = fc
  .record({
    function: fc.tuple(word, word).map(([type, name]) => `${type}.${name}(_:)`),
    module: word,
    inApp: fc.constantFrom(null, false),
    place: fc.option(
      fc.record({ file: path.map((file) => `${file}.swift`), line: lineNumbers, column: fc.option(lineNumbers) }),
    ),
  })
  .map(({ place, ...frame }) => stackFrame({ ...frame, ...place }));
const frames = fc.oneof(
  fc.array(frame, { minLength: 1, maxLength: 5 }),
  fc.tuple(path, lineNumbers).map(([file, line]) => [stackFrame({ file: `shop${file}.swift`, line })]),
);
const oneLine = message.map((text) => text.split('\n')[0] ?? '');
const exceptions = fc.oneof(
  fc
    .tuple(fc.constantFrom('Fatal error', 'Precondition failed'), fc.option(oneLine), frames)
    .map(([type, text, list]) => chainOf('swift', [withFrames(type, text, list)])),
  fc
    .tuple(message, fc.array(frame, { minLength: 1, maxLength: 5 }))
    .map(([text, list]) => chainOf('swift', [withFrames('Fatal error', text, list)])),
  fc
    .tuple(oneLine, fc.array(frame, { minLength: 1, maxLength: 5 }))
    .map(([text, list]) => chainOf('swift', [withFrames('Program crashed', text, list)])),
);

const LINES = [
  'a/b.swift:1: Fatal error: x',
  'Fatal error: x: file a.swift, line 1',
  '*** Program crashed: x ***',
  'Thread 0 crashed:',
  '0 [ra] 0x0000000000000000 a() + 1 in b at /c.swift:1:2',
  '    12│   code',
  'Registers:',
  '1 [ra]              x         ',
];

describe('Swift, whatever the text', () => {
  it('reads back what it prints', () => expectRoundTrip(swift, exceptions));
  it('never throws', () => expectNoThrow(swift, exceptions, LINES));
  it('is linear', () => expectLinear(swift, LINES));
});
