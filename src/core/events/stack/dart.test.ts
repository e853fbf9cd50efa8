import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dart } from './dart.ts';
import { stackFrame } from './exception-node.ts';
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

const read = readerOf('dart');

const UNHANDLED = `Unhandled exception:
FormatException: Invalid radix-10 number (at character 1)
x1
^

#0      int._handleFormatError (dart:core-patch/integers_patch.dart:131:7)
#1      int.parse (dart:core-patch/integers_patch.dart:51:16)
#2      Cart.total.<anonymous closure> (package:shop/cart.dart:12:9)
<asynchronous suspension>
#3      main (file:///srv/shop/bin/main.dart:5:3)
#4      _delayEntrypointInvocation.<anonymous closure> (dart:isolate-patch/isolate_patch.dart:314:19)
`;

describe('Dart traces', () => {
  it('reads what the virtual machine prints', () => {
    const { exceptions, truncated, fromLine, toLine } = read(UNHANDLED);
    expect(exceptions[0]).toMatchObject({
      type: 'FormatException',
      message: 'Invalid radix-10 number (at character 1)\nx1\n^',
    });
    expect(
      exceptions[0]?.frames.map(({ module, function: name, file, line, column }) => [module, name, file, line, column]),
    ).toEqual([
      [null, 'int._handleFormatError', 'dart:core-patch/integers_patch.dart', 131, 7],
      [null, 'int.parse', 'dart:core-patch/integers_patch.dart', 51, 16],
      ['Cart', 'total.<anonymous closure>', 'package:shop/cart.dart', 12, 9],
      [null, 'main', 'file:///srv/shop/bin/main.dart', 5, 3],
      [null, '_delayEntrypointInvocation.<anonymous closure>', 'dart:isolate-patch/isolate_patch.dart', 314, 19],
    ]);
    expect([truncated, fromLine, toLine]).toEqual([false, 0, 10]);
  });

  it("reads Flutter's line, errors with a detail, and values that are no errors", () => {
    const frames =
      '\n#0      List.[] (dart:core-patch/growable_array.dart:264:36)\n#1      new Cart (package:shop/cart.dart:3)';
    const flutter = '[ERROR:flutter/runtime/dart_vm_initializer.cc(41)] Unhandled Exception: ';
    for (const [value, type, text] of [
      [
        'RangeError (index): Invalid value: Valid value range is empty: 0',
        'RangeError',
        'Invalid value: Valid value range is empty: 0',
      ],
      ['Exception: no stock', 'Exception', 'no stock'],
      ['Bad state: No element', null, 'Bad state: No element'],
      ['Null check operator used on a null value', null, 'Null check operator used on a null value'],
    ]) {
      const [exception] = read(flutter + value + frames).exceptions;
      expect(exception).toMatchObject({ type, message: text });
      expect(exception?.frames[1]).toMatchObject({ function: 'new Cart', line: 3, column: null });
    }
    expect(read(`caught StateError: closed${frames}`.slice(7)).exceptions[0]).toMatchObject({
      type: 'StateError',
      message: 'closed',
    });
  });

  it('keeps the whole frames of a cut trace', () => {
    const { exceptions, truncated } = read(UNHANDLED.split('\n').slice(6, 9).join('\n'));
    expect(exceptions[0]).toMatchObject({ type: null, message: null, truncated: true });
    expect(exceptions[0]?.frames).toHaveLength(2);
    expect(truncated).toBe(true);
  });

  it('gives every line its role', () => {
    expect(rolesOf(dart, UNHANDLED.trimEnd())).toEqual([
      ...['start', 'continuation', 'continuation', 'continuation', 'continuation'],
      ...['frame', 'frame', 'frame', 'code', 'frame', 'frame'],
    ]);
    expect(rolesOf(dart, '#0 /app/a.php(3): App\\Cart->total()')).toEqual([null]);
  });
});

const frame = fc
  .record({
    module: fc.option(className),
    function: fc.oneof(
      word,
      word.map((name) => `${name}.<anonymous closure>`),
    ),
    file: fc.oneof(
      path.map((file) => `package:shop${file}.dart`),
      path.map((file) => `file://${file}.dart`),
      path.map((file) => `dart:core${file}.dart`),
    ),
    line: lineNumbers,
    column: fc.option(lineNumbers),
  })
  .map(stackFrame);
const exceptions = fc
  .tuple(fc.option(className), fc.option(message), fc.array(frame, { minLength: 1, maxLength: 6 }))
  .filter(([type, text]) => type !== null || text !== null)
  .map(([type, text, frames]) => chainOf('dart', [withFrames(type && `${type}Error`, text, frames)]));

const LINES = [
  'Unhandled exception:',
  'FormatException: x',
  '#0      A.b (package:a/b.dart:1:2)',
  '#1      main ( ( ( ( (file:///a.dart)',
  '<asynchronous suspension>',
  'AError (A (A (',
];

describe('Dart, whatever the text', () => {
  it('reads back what it prints', () => expectRoundTrip(dart, exceptions));
  it('never throws', () => expectNoThrow(dart, exceptions, LINES));
  it('is linear', () => expectLinear(dart, LINES));
});
