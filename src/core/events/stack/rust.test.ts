import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
import { RUST_TYPE, rust } from './rust.ts';

const real = (name: string) => readFileSync(new URL(`./fixtures/rust-${name}.txt`, import.meta.url), 'utf8');

const read = readerOf('rust');

describe('Rust panics, as the runtime printed them', () => {
  it('drops what the panic itself put on the stack', () => {
    const { exceptions, truncated, fromLine, toLine } = read(real('index'));
    expect(exceptions).toHaveLength(1);
    expect(exceptions[0]).toMatchObject({
      type: 'panic',
      message: 'index out of bounds: the len is 3 but the index is 7',
    });
    expect(
      exceptions[0]?.frames.map(({ module, function: name, file, line, column }) => [module, name, file, line, column]),
    ).toEqual([
      ['shop::cart', 'total', './src/cart.rs', 1, 57],
      ['shop', 'main', './src/main.rs', 13, 20],
      ['core::ops::function::FnOnce', 'call_once', '/rustc/59807616e1fa/library/core/src/ops/function.rs', 250, 5],
    ]);
    expect([truncated, fromLine, toLine]).toEqual([false, 1, 16]);
  });

  it('reads the full form without addresses and hashes, down to the start of the process', () => {
    const [panic] = read(real('full')).exceptions;
    expect(panic?.frames.slice(0, 3).map(({ module, function: name }) => [module, name])).toEqual([
      ['core::result', 'unwrap_failed'],
      ['core::result::Result<T,E>', 'unwrap'],
      ['shop', 'main'],
    ]);
    expect(panic?.frames.at(-1)).toMatchObject({ module: null, function: '_start', file: null });
    expect(JSON.stringify(panic)).not.toMatch(/0x|[0-9a-f]{16}|<unknown>/);
  });

  it('takes the first of several panics, and keeps closures with their function', () => {
    const { exceptions, toLine } = read(real('thread'));
    expect(exceptions[0]?.message).toBe('no value given');
    expect(exceptions[0]?.frames.at(-1)).toMatchObject({ module: 'shop', function: 'main::{{closure}}' });
    expect(toLine).toBe(18);
  });

  it('keeps messages of several lines, and types that implement a trait', () => {
    expect(read(real('assert')).exceptions[0]?.message).toBe(
      'assertion `left == right` failed: sums differ\n  left: 2\n right: 3',
    );
    const [panic] = read(real('trait')).exceptions;
    expect(panic?.message).toBe('display\nfailed twice');
    expect(panic?.frames[0]).toMatchObject({ module: '<shop::Boom as core::fmt::Display>', function: 'fmt', line: 8 });
  });

  it('tells where, when there is no backtrace or none with lines', () => {
    const { exceptions, toLine } = read(real('no-backtrace'));
    expect(exceptions[0]?.message).toContain('sums differ\n  left: 2');
    expect(exceptions[0]?.frames).toEqual([stackFrame({ file: 'src/main.rs', line: 17, column: 21 })]);
    expect(toLine).toBe(5);
    expect(read(real('stripped')).exceptions[0]?.frames).toEqual([
      stackFrame({ module: 'shop', function: 'main', file: 'src/cart.rs', line: 1, column: 57 }),
    ]);
  });

  it('reads the chain of an error that main returned, the root last', () => {
    const { exceptions, rootIndex } = read(real('chain'));
    expect(exceptions.map(({ type, message: text, relation }) => [type, text, relation])).toEqual([
      ['Error', 'could not load the configuration\nof the shop', 'raised'],
      [null, 'could not read /nowhere/shop.cfg', 'cause'],
      [null, 'No such file or directory (os error 2)', 'cause'],
    ]);
    expect(rootIndex).toBe(2);
    expect(exceptions[0]?.frames[2]).toMatchObject({
      module: 'chain',
      function: 'read',
      file: './src/bin/chain.rs',
      line: 3,
    });
  });

  it('gives an error that was unwrapped its own frames', () => {
    const { exceptions, rootIndex } = read(real('unwrapped-chain'));
    expect(exceptions.map(({ type, message: text }) => [type, text])).toEqual([
      ['panic', 'called `Result::unwrap()` on an `Err` value: could not read /nowhere/x'],
      [null, 'No such file or directory (os error 2)'],
    ]);
    expect(exceptions[0]?.frames[2]).toMatchObject({ module: 'chain', function: 'main', line: 8, column: 58 });
    expect(exceptions[1]?.frames[2]).toMatchObject({ module: 'chain', function: 'read', line: 3 });
    expect(rootIndex).toBe(1);
  });

  it('reads what was printed before Rust 1.73, and behind a logger', () => {
    const old = [
      "2024-01-02T10:00:00Z ERROR thread 'tokio-runtime-worker' panicked at 'no such",
      "order', src/orders.rs:10:5",
      'stack backtrace:',
      '   0: rust_begin_unwind',
      '             at /rustc/90c541806f23a127002de5b4038be731ba1458ca/library/std/src/panicking.rs:578:5',
      '   1: core::panicking::panic_fmt',
      '             at /rustc/90c541806f23a127002de5b4038be731ba1458ca/library/core/src/panicking.rs:67:14',
      '   2: shop::orders::place::h0123456789abcdef',
      '             at ./src/orders.rs:10:5',
      'note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.',
    ].join('\n');
    const { exceptions } = read(old);
    expect(exceptions[0]).toMatchObject({ type: 'panic', message: 'no such\norder' });
    expect(exceptions[0]?.frames).toEqual([
      stackFrame({ module: 'shop::orders', function: 'place', file: './src/orders.rs', line: 10, column: 5 }),
    ]);
  });

  it('keeps the whole frames of a cut trace', () => {
    const headless = real('index').split('\n').slice(8).join('\n');
    const { exceptions, truncated } = read(headless);
    expect(exceptions[0]).toMatchObject({ type: null, message: null, truncated: true });
    expect(exceptions[0]?.frames[0]?.function).toBe('total');
    expect(truncated).toBe(true);
  });

  it('gives every line of a trace its role', () => {
    expect(rolesOf(rust, real('no-backtrace').trim())).toEqual([
      'start',
      'continuation',
      'continuation',
      'continuation',
      'end',
    ]);
    const roles = rolesOf(rust, real('trait').trim());
    expect(roles.slice(0, 8)).toEqual([
      'start',
      'continuation',
      'continuation',
      'continuation',
      'frame',
      'code',
      'frame',
      'code',
    ]);
    expect(roles.at(-1)).toBe('end');
    expect(roles).not.toContain(null);
    expect(rolesOf(rust, '1: alpha')).toEqual([null]);
    const unwrapped = rolesOf(rust, real('unwrapped-chain').trim());
    expect(unwrapped).not.toContain(null);
    expect(unwrapped.filter((role) => role === 'link')).toHaveLength(1);
  });
});

const frame = fc
  .record({
    module: fc.oneof(
      fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => `shop::${parts.join('::')}`),
      fc.tuple(className, className).map(([type, trait]) => `<shop::${type} as shop::${trait}<T>>`),
    ),
    function: fc
      .tuple(word, fc.constantFrom('', '::{{closure}}', '::{closure#0}', '::<u64>'))
      .map((parts) => parts.join('')),
    file: path.map((file) => `.${file}.rs`),
    line: lineNumbers,
    column: lineNumbers,
  })
  .map(stackFrame);
const frames = fc.array(frame, { minLength: 1, maxLength: 5 });
const panics = fc
  .tuple(message, frames, fc.array(message, { maxLength: 3 }), fc.option(frames))
  .map(([text, own, causes, inner]) =>
    chainOf('rust', [
      withFrames(RUST_TYPE.panic, text, own),
      ...causes.map((cause, index) => withFrames(null, cause, index === causes.length - 1 ? (inner ?? []) : [])),
    ]),
  );
const places = fc
  .tuple(message, path, lineNumbers)
  .map(([text, file, line]) =>
    chainOf('rust', [withFrames(RUST_TYPE.panic, text, [stackFrame({ file: `src${file}.rs`, line, column: 1 })])]),
  );
const errors = fc
  .tuple(message, frames, fc.array(message, { maxLength: 3 }))
  .map(([text, own, causes]) =>
    chainOf('rust', [withFrames(RUST_TYPE.error, text, own), ...causes.map((cause) => withFrames(null, cause, []))]),
  );
const exceptions = fc.oneof(panics, places, errors);

const LINES = [
  "thread 'main' panicked at src/main.rs:1:2:",
  "thread 'main' panicked at 'x",
  'stack backtrace:',
  'Stack backtrace:',
  'Error: x',
  'Caused by:',
  '    0: x',
  '   1: a::b::{{closure}}',
  '             at ./a.rs:1:2',
  'note: run with `RUST_BACKTRACE=1`',
  '   2: <a<<<<::b',
];

describe('Rust, whatever the text', () => {
  it('reads back what it prints', () => expectRoundTrip(rust, exceptions));
  it('never throws', () => expectNoThrow(rust, exceptions, LINES));
  it('is linear', () => expectLinear(rust, LINES));
});
