import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dotnet } from './dotnet.ts';
import { type ExceptionNode, stackFrame, toTrace } from './exception-node.ts';
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
} from './round-trip.test-data.ts';

const read = readerOf('dotnet');

const UNCAUGHT = `Unhandled exception. Shop.OrderException: could not place
the order
 ---> System.ArgumentNullException: Value cannot be null. (Parameter 'price')
   at Shop.Cart.Total[T](List\`1 items, (Int32, String) pair) in /src/Shop/Cart.cs:line 12
   at Shop.Cart.<TotalAsync>d__5.MoveNext() in /src/Shop/Cart.cs:line 30
--- End of stack trace from previous location ---
   at System.Runtime.CompilerServices.TaskAwaiter.ThrowForNonSuccess(Task task)
   --- End of inner exception stack trace ---
   at Shop.Orders..ctor(Int32 id) in C:\\src\\Shop\\Orders (old).cs:line 7
   at Shop.Program.<>c.<Main>b__0_0(String[] args)
`;

describe('.NET traces', () => {
  it('gives each exception its frames: the inner ones stand first', () => {
    const { exceptions, rootIndex, truncated, toLine } = read(UNCAUGHT);
    expect(exceptions.map(({ type, message: text, relation }) => [type, text, relation])).toEqual([
      ['Shop.OrderException', 'could not place\nthe order', 'raised'],
      ['System.ArgumentNullException', "Value cannot be null. (Parameter 'price')", 'cause'],
    ]);
    expect(namesOf(exceptions[0]?.frames)).toEqual([
      ['Shop.Orders', '.ctor', 7],
      ['Shop.Program.<>c', '<Main>b__0_0', null],
    ]);
    expect(exceptions[0]?.frames[0]?.file).toBe('C:\\src\\Shop\\Orders (old).cs');
    expect(namesOf(exceptions[1]?.frames)).toEqual([
      ['Shop.Cart', 'Total[T]', 12],
      ['Shop.Cart', 'TotalAsync', 30],
      ['System.Runtime.CompilerServices.TaskAwaiter', 'ThrowForNonSuccess', null],
    ]);
    expect([rootIndex, truncated, toLine]).toEqual([1, false, 9]);
  });

  it('reads an AggregateException as a tree', () => {
    const { exceptions, truncated } = read(
      [
        'System.AggregateException: One or more errors occurred. (a) (b)',
        ' ---> System.Exception: a',
        '   at Shop.A.Run() in /src/A.cs:line 1',
        '   --- End of inner exception stack trace ---',
        '   at Shop.Program.Main() in /src/Program.cs:line 9',
        ' ---> (Inner Exception #1) Shop.BException: b',
        ' ---> System.TimeoutException: slow',
        '   at Shop.B.Wait() in /src/B.cs:line 2',
        '   --- End of inner exception stack trace ---',
        '   at Shop.B.Run() in /src/B.cs:line 3<---',
        '',
        ' ---> (Inner Exception #2) System.Exception: c<---',
      ].join('\n'),
    );
    expect(exceptions.map(({ type, relation, parent }) => [type, relation, parent])).toEqual([
      ['System.AggregateException', 'raised', null],
      ['System.Exception', 'member', 0],
      ['Shop.BException', 'member', 0],
      ['System.TimeoutException', 'cause', null],
      ['System.Exception', 'member', 0],
    ]);
    expect(exceptions.map(({ frames }) => frames.map((frame) => frame.line))).toEqual([[9], [1], [3], [2], []]);
    expect(exceptions[4]?.message).toBe('c');
    expect(truncated).toBe(false);
  });

  it('reads what .NET Framework prints on a French system', () => {
    const { exceptions } = read(
      [
        'Exception non gérée : Shop.OrderException: échec ---> System.IO.IOException: fichier introuvable',
        '   à Shop.Files.Read(String path) dans C:\\src\\Files.cs:ligne 3',
        "   --- Fin de la trace de la pile d'exception interne ---",
        '   à Shop.Program.Main(String[] args) dans C:\\src\\Program.cs:ligne 5',
      ].join('\r\n'),
    );
    expect(exceptions.map(({ type, message: text }) => [type, text])).toEqual([
      ['Shop.OrderException', 'échec'],
      ['System.IO.IOException', 'fichier introuvable'],
    ]);
    expect(exceptions.map(({ frames }) => namesOf(frames)[0])).toEqual([
      ['Shop.Program', 'Main', 5],
      ['Shop.Files', 'Read', 3],
    ]);
  });

  it('finds the trace inside an indented log record', () => {
    const { exceptions, fromLine } = read(
      [
        'fail: Microsoft.AspNetCore.Server.Kestrel[13]',
        '      Connection id "0HN", Request id "0HN:1": An unhandled exception was thrown.',
        '      System.InvalidOperationException: Sequence contains no elements',
        '         at System.Linq.ThrowHelper.ThrowNoElementsException()',
        '         at Shop.Pages.Index.OnGet() in /src/Index.cs:line 4',
      ].join('\n'),
    );
    expect(exceptions[0]).toMatchObject({
      type: 'System.InvalidOperationException',
      message: 'Sequence contains no elements',
    });
    expect([exceptions[0]?.frames.length, fromLine]).toEqual([2, 2]);
  });

  it("leaves other languages' frames alone", () => {
    for (const line of [
      '    at com.acme.Cart.total(Cart.java:12)',
      '    at java.base/java.lang.Thread.run(Native Method)',
      '    at Cart.total (/app/cart.js:1:2)',
      '    at /app/cart.js:1:2',
    ]) {
      expect(dotnet.classify(line, null)).toBeNull();
    }
  });

  it('keeps the whole frames of a cut trace', () => {
    const cut = read(UNCAUGHT.split('\n').slice(0, 5).join('\n'));
    expect(cut.exceptions.map(({ truncated }) => truncated)).toEqual([true, true]);
    expect(cut.exceptions[1]?.frames).toHaveLength(2);
    const headless = read(UNCAUGHT.split('\n').slice(8).join('\n'));
    expect(headless.exceptions[0]).toMatchObject({ type: null, message: null, truncated: true });
    expect([cut.truncated, headless.truncated]).toEqual([true, true]);
  });

  it('gives every line its role', () => {
    expect(rolesOf(dotnet, UNCAUGHT.trimEnd())).toEqual([
      ...['start', 'continuation', 'continuation', 'frame', 'frame', 'code', 'frame', 'code', 'frame', 'frame'],
    ]);
    expect(dotnet.classify('NullReferenceException: x', null)).toBeNull();
  });
});

const frame = fc
  .record({
    module: fc.tuple(className, className).map((parts) => parts.join('.')),
    function: fc.oneof(className, fc.constantFrom('.ctor', 'Get[T]', '<Main>b__0_0')),
    place: fc.option(fc.record({ file: path.map((file) => `${file}.cs`), line: lineNumbers })),
  })
  .map(({ place, ...frame }) => stackFrame({ ...frame, ...place }));
const frames = fc.array(frame, { minLength: 1, maxLength: 4 });
const node = fc
  .tuple(className, fc.option(message), frames)
  .map(([type, text, list]) => withFrames(`Shop.${type}Exception`, text, list));
const chains = fc.array(node, { minLength: 1, maxLength: 3 }).map((nodes) => chainOf('dotnet', nodes));
const group = fc
  .tuple(fc.option(message), frames, fc.array(node, { minLength: 1, maxLength: 3 }), fc.option(node))
  .map(([text, list, members, cause]): ExceptionNode => {
    const [first, ...rest] = members.map((member) => ({ ...member }));
    return {
      ...withFrames('System.AggregateException', text, list),
      members: [...(first ? [{ ...first, cause }] : []), ...rest],
    };
  });
const groups = fc
  .tuple(group, fc.option(group))
  .map(([outer, nested]) => (nested ? { ...outer, members: [nested, ...outer.members] } : outer))
  .map((root) => toTrace(root, { language: 'dotnet', truncated: false, fromLine: 0, toLine: 0 }).exceptions);
const exceptions = fc.oneof(chains, groups);

const LINES = [
  'Unhandled exception. A.BException: x',
  ' ---> C.DException: y',
  ' ---> (Inner Exception #1) C.DException: y<---',
  '   at A.B.C(Int32 a) in /a.cs:line 1',
  '   at A.B.C((((((',
  '   --- End of inner exception stack trace ---',
  '--- End of stack trace from previous location ---',
  'System.AggregateException: z',
  'a ---> b ---> c ---> d',
];

describe('.NET, whatever the text', () => {
  it('reads back what it prints', () => expectRoundTrip(dotnet, exceptions));
  it('never throws', () => expectNoThrow(dotnet, exceptions, LINES));
  it('is linear', () => expectLinear(dotnet, LINES));
});
