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
  namesOf,
  path,
  readerOf,
  rolesOf,
  withFrames,
  word,
} from './round-trip.test-data.ts';
import { ruby } from './ruby.ts';

const read = readerOf('ruby');

const UNCAUGHT = [
  "/app/lib/shop/cart.rb:12:in 'Shop::Cart#total': undefined method 'price' for nil (NoMethodError)",
  '',
  '    items.sum { |item| item.price }',
  '                           ^^^^^^',
  "\tfrom /app/lib/shop/cart.rb:12:in 'block in Shop::Cart#total'",
  "\tfrom <internal:array>:42:in 'Array#each'",
  "\tfrom /app/lib/shop/cart.rb:12:in 'Shop::Cart#total'",
  "\tfrom bin/checkout:5:in '<main>'",
];

describe('Ruby traces', () => {
  it('reads what the interpreter prints, the highlighted code being part of the message', () => {
    const { exceptions, truncated, toLine } = read(UNCAUGHT);
    expect(exceptions[0]).toMatchObject({ type: 'NoMethodError', relation: 'raised' });
    expect(exceptions[0]?.message?.split('\n')).toEqual([
      "undefined method 'price' for nil",
      '',
      '    items.sum { |item| item.price }',
      '                           ^^^^^^',
    ]);
    expect(namesOf(exceptions[0]?.frames)).toEqual([
      ['Shop::Cart', 'total', 12],
      ['Shop::Cart', 'block in total', 12],
      ['Array', 'each', 42],
      ['Shop::Cart', 'total', 12],
      [null, '<main>', 5],
    ]);
    expect([truncated, toLine]).toEqual([false, 7]);
  });

  it('reads causes, which stand below, the root last', () => {
    const { exceptions, rootIndex } = read([
      "orders.rb:9:in `rescue in place': could not place the order (Shop::OrderError)",
      "\tfrom orders.rb:6:in `place'",
      "\tfrom orders.rb:20:in `<main>'",
      'orders.rb:7:in `Integer\': invalid value for Integer(): "x" (ArgumentError)',
      "\tfrom orders.rb:7:in `place'",
      "\tfrom orders.rb:20:in `<main>'",
    ]);
    expect(exceptions.map(({ type, relation }) => [type, relation])).toEqual([
      ['Shop::OrderError', 'raised'],
      ['ArgumentError', 'cause'],
    ]);
    expect(exceptions[1]?.message).toBe('invalid value for Integer(): "x"');
    expect(namesOf(exceptions[1]?.frames)[0]).toEqual([null, 'Integer', 7]);
    expect(rootIndex).toBe(1);
  });

  it('turns the order of Ruby 2.5 to 2.7 round', () => {
    const { exceptions, fromLine } = read([
      'Traceback (most recent call last):',
      "\t2: from test.rb:9:in `<main>'",
      "\t1: from test.rb:5:in `outer'",
      "test.rb:2:in `inner': boom (RuntimeError)",
    ]);
    expect(exceptions[0]).toMatchObject({ type: 'RuntimeError', message: 'boom' });
    expect(namesOf(exceptions[0]?.frames).map((frame) => frame[1])).toEqual(['inner', 'outer', '<main>']);
    expect(fromLine).toBe(0);
  });

  it("reads Rails' log with its cause", () => {
    const { exceptions, rootIndex, truncated } = read([
      "F, [2024-05-01T10:00:00.123456 #7] FATAL -- : [0f9d] ActionView::Template::Error (undefined method `name' for nil:NilClass):",
      '[0f9d]     1: <h1>Orders</h1>',
      '[0f9d]     2: <%= @user.name %>',
      "app/views/orders/index.html.erb:2:in `_app_views_orders_index_html_erb__123_456'",
      "app/controllers/orders_controller.rb:7:in `index'",
      '',
      'Causes:',
      "NoMethodError (undefined method `name' for nil:NilClass)",
      "app/views/orders/index.html.erb:2:in `_app_views_orders_index_html_erb__123_456'",
    ]);
    expect(exceptions.map(({ type, message: text }) => [type, text])).toEqual([
      ['ActionView::Template::Error', "undefined method `name' for nil:NilClass"],
      ['NoMethodError', "undefined method `name' for nil:NilClass"],
    ]);
    expect(exceptions[0]?.frames).toHaveLength(2);
    expect([rootIndex, truncated]).toEqual([1, false]);
  });

  it("reads frames alone below a logger's or a worker's line", () => {
    const frames = ["/app/jobs/mail_job.rb:3:in 'MailJob#perform'", "/app/config.ru:1:in '<main>'"];
    for (const [head, type, text] of [
      [
        'WARN: Net::ReadTimeout: Net::ReadTimeout with #<TCPSocket:(closed)>',
        'Net::ReadTimeout',
        'Net::ReadTimeout with #<TCPSocket:(closed)>',
      ],
      ['E, [2024-05-01T10:00:00 #7] ERROR -- : no such order (Shop::Missing)', 'Shop::Missing', 'no such order'],
      ["ActiveRecord::RecordNotFound (Couldn't find Order):", 'ActiveRecord::RecordNotFound', "Couldn't find Order"],
    ] as const) {
      const { exceptions, fromLine } = read([head, ...frames]);
      expect(exceptions[0]).toMatchObject({ type, message: text });
      expect(namesOf(exceptions[0]?.frames)[0]).toEqual(['MailJob', 'perform', 3]);
      expect(fromLine).toBe(0);
    }
  });

  it('knows a message that is the class alone, syntax errors, and stacks that overflowed', () => {
    const { exceptions } = read([
      "deep.rb:2:in 'down': stack level too deep (SystemStackError)",
      "\tfrom deep.rb:2:in 'down'",
      '\t ... 10067 levels...',
      "\tfrom deep.rb:5:in '<main>'",
    ]);
    expect(exceptions[0]?.frames).toHaveLength(3);
    expect(read(["a.rb:1:in 'f': ArgumentError (ArgumentError)"]).exceptions[0]?.message).toBeNull();
    expect(read(['a.rb:3: syntax error, unexpected end (SyntaxError)']).exceptions[0]?.frames).toEqual([
      stackFrame({ file: 'a.rb', line: 3 }),
    ]);
  });

  it('keeps the whole frames of a cut trace', () => {
    const { exceptions, truncated } = read([...UNCAUGHT.slice(5), '\tfrom /app/lib/shop/ca']);
    expect(exceptions[0]).toMatchObject({ type: null, message: null, truncated: true });
    expect(exceptions[0]?.frames).toHaveLength(3);
    expect(truncated).toBe(true);
  });

  it('gives every line its role', () => {
    const roles = rolesOf(ruby, UNCAUGHT.join('\n'));
    expect(roles).toEqual([
      'start',
      'continuation',
      'continuation',
      'continuation',
      'frame',
      'frame',
      'frame',
      'frame',
    ]);
    expect(ruby.classify("a.rb:1:in 'f': x (ArgumentError)", 'frame')).toBe('link');
    expect(ruby.classify('served /orders in 3 ms (ok)', null)).toBeNull();
  });
});

const frame = fc
  .record({
    file: path.map((file) => `${file}.rb`),
    line: lineNumbers,
    owner: fc.oneof(
      fc.record({
        module: fc.array(className, { minLength: 1, maxLength: 2 }).map((parts) => parts.join('::')),
        inside: fc.constantFrom('', 'block in ', 'rescue in block (2 levels) in '),
        name: word,
      }),
      fc.record({
        module: fc.constant(null),
        inside: fc.constantFrom('', 'ensure in '),
        name: fc.oneof(word, fc.constantFrom('<main>', '<top (required)>', '[]=', '+')),
      }),
    ),
  })
  .map(({ file, line, owner }) =>
    stackFrame({ file, line, module: owner.module, function: owner.inside + owner.name }),
  );
const node = fc
  .tuple(className, fc.option(message), fc.array(frame, { minLength: 1, maxLength: 5 }))
  .map(([type, text, frames]) => withFrames(`Shop::${type}`, text, frames))
  // What follows a message on lines of its own is told from a record only by the frames below it.
  .map((one) => (one.frames.length === 1 ? { ...one, message: one.message?.split('\n')[0] ?? null } : one));
const exceptions = fc.array(node, { minLength: 1, maxLength: 3 }).map((nodes) => chainOf('ruby', nodes));

const LINES = [
  "/a.rb:1:in 'A#b': x (E)",
  "\tfrom /a.rb:1:in 'b'",
  "\t1: from a.rb:1:in `b'",
  "a.rb:1:in 'b'",
  'A::B (x):',
  'A::BError: x',
  'Causes:',
  ' ... 9 levels...',
  'x -- : y (A::B)',
  'A::A::A (A (A (',
];

describe('Ruby, whatever the text', () => {
  it('reads back what it prints', () => expectRoundTrip(ruby, exceptions));
  it('never throws', () => expectNoThrow(ruby, exceptions, LINES));
  it('is linear', () => expectLinear(ruby, LINES));
});
