import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event, Exception } from '../../events/index.ts';
import { originLookup } from '../application-frame.ts';
import { classify } from '../classify.ts';
import {
  accessLine,
  at,
  completedLine,
  event,
  exception,
  frame,
  pythonFrames,
  requestEntry,
  stackEvent,
} from '../event-fixtures.ts';
import { createFingerprinter, type Fingerprint, hashInputs } from './v1.ts';

const of = createFingerprinter(originLookup());
const fingerprint = (one: Event): Fingerprint => of({ event: one, ...classify(one, { latencyMs: 3_000 }) });
const stack = (...exceptions: Exception[]) => fingerprint(stackEvent(at(0), exceptions));
const places = ['lib/db:9:execute', 'stock:40:reserve', 'orders:12:place', 'api:7:post'];

describe('fingerprint v1 of a stack', () => {
  it('is of the application frames: messages, line numbers and library frames do not split it', () => {
    const first = stack(exception('shop.errors.StockError', 'article 4711', pythonFrames(...places)));
    const moved = ['lib/db:88:execute', 'lib/pool:1:get', 'stock:41:reserve', 'orders:13:place', 'api:9:post'];
    const second = stack(exception('StockError', 'article 12', pythonFrames(...moved)));
    expect(first.primary).toMatch(/^v1:app:[0-9a-f]{16}$/);
    expect(second.primary).toBe(first.primary);
    expect(second.hashes[1]).not.toBe(first.hashes[1]);
  });

  it('is another one for another type, function, path, or code line', () => {
    const base = stack(exception('StockError', 'm', pythonFrames(...places))).primary;
    expect(stack(exception('KeyError', 'm', pythonFrames(...places))).primary).not.toBe(base);
    expect(stack(exception('StockError', 'm', pythonFrames('stock:40:release', 'api:7:post'))).primary).not.toBe(base);
    const other = pythonFrames(...places).map((one) => ({ ...one, code: 'other()' }));
    expect(stack(exception('StockError', 'm', other)).primary).not.toBe(base);
  });

  it('takes the root cause, and the next exception outward when that has no application frame', () => {
    const raised = exception('OrderFailed', 'order 12', pythonFrames('orders:14:place', 'api:7:post'));
    const cause = exception('StockError', 'm', pythonFrames('stock:40:reserve'), { relation: 'cause' });
    const library = exception('SocketError', 'm', pythonFrames('lib/net:1:send'), { relation: 'cause' });
    expect(stack(raised, cause).why.inputs).toEqual({
      types: ['OrderFailed', 'StockError'],
      frames: [['src/stock.py', 'reserve', 'reserve(value)']],
    });
    expect(stack(raised, library).why).toMatchObject({
      kind: 'app',
      inputs: {
        types: ['OrderFailed', 'SocketError'],
        frames: [
          ['src/orders.py', 'place', 'place(value)'],
          ['src/api.py', 'post', 'post(value)'],
        ],
      },
    });
  });

  it('takes 5 application frames, nearest the crash', () => {
    const deep = (last: string) => pythonFrames('a:1:a', 'b:1:b', 'c:1:c', 'd:1:d', 'e:1:e', `${last}:1:f`);
    expect(stack(exception('E', 'm', deep('f'))).primary).toBe(stack(exception('E', 'm', deep('g'))).primary);
  });

  it('needs the message where no frame is the application’s, or the crash frame has no name', () => {
    const library = (message: string) => stack(exception('E', message, pythonFrames('lib/net:1:send')));
    expect(library('host 10.0.0.1 refused').primary).toMatch(/^v1:all:/);
    expect(library('host 10.0.0.1 refused').primary).toBe(library('host 10.0.0.2 refused').primary);
    expect(library('host 10.0.0.1 refused').primary).not.toBe(library('no route').primary);
    const nameless = (message: string) => stack(exception('E', message, pythonFrames('a:1:<lambda>', 'b:1:b')));
    expect(nameless('x is bad').primary).not.toBe(nameless('y was lost').primary);
    expect(nameless('x is bad').why.template).toBe('x is bad');
  });

  it('does not count how deep a recursion went', () => {
    const recursion = (depth: number) =>
      pythonFrames('stock:1:reserve', ...Array(depth).fill('tree:5:walk'), 'api:7:post');
    expect(stack(exception('E', 'm', recursion(3))).hashes).toEqual(stack(exception('E', 'm', recursion(300))).hashes);
  });

  it('does not depend on where a build was made or which release a library has', () => {
    const built = (root: string) =>
      stack(exception('E', 'm', [frame(`${root}/backend/core/stock.py`, 1, 'reserve', { code: 'x' })])).primary;
    expect(built('/home/a/code/shop')).toBe(built('/srv/build/77'));
    const script = (tail: string) =>
      stack(
        exception('E', 'm', [frame(`https://cdn.example.com/assets/main${tail}.js`, 1, 'x')], { language: 'browser' }),
      ).primary;
    expect(script('.3f2a9c1b')).toBe(script('.99aa00ff1'));
  });

  it('explains itself: the inputs hash to it again, and every frame is kept or skipped by a named rule', () => {
    const cyclic = exception('E', 'm', pythonFrames('lib/db:9:execute', 'a:1:a', 'a:1:a', 'b:1:b'));
    const { primary, why } = stack(cyclic);
    expect(hashInputs(why.kind, why.inputs)).toBe(primary);
    expect(why.kept.map(({ frame: text }) => text)).toEqual(['a (/app/src/a.py:1)', 'b (/app/src/b.py:1)']);
    expect(why.skipped).toEqual([
      { frame: 'a (/app/src/a.py:1)', rule: 'repeated' },
      { frame: 'execute (/usr/lib/python3.12/site-packages/db.py:9)', rule: 'library' },
    ]);
  });

  it('recomputes from its explanation for any stack and message', () => {
    const name = fc.stringMatching(/^[a-z<>$.]{0,12}$/);
    const anyFrame = fc.record({
      file: fc.option(fc.string()),
      line: fc.option(fc.nat()),
      name: fc.option(name),
      code: fc.option(fc.string()),
    });
    const anyException = fc.record({
      type: fc.option(fc.string()),
      message: fc.option(fc.string()),
      frames: fc.array(anyFrame, { maxLength: 8 }),
    });
    const language = fc.constantFrom('python' as const, 'node' as const, 'java' as const, 'go' as const, null);
    fc.assert(
      fc.property(
        fc.array(anyException, { maxLength: 3 }),
        language,
        fc.string({ minLength: 1 }),
        (exceptions, lang, body) => {
          const built = exceptions.map(({ type, message, frames }, index) =>
            exception(
              type,
              message,
              frames.map(({ file, line, name: func, code }) => frame(file, line, func, { code })),
              {
                language: lang,
                relation: index === 0 ? 'raised' : 'cause',
              },
            ),
          );
          const { primary, why, hashes } = fingerprint(event({ severityNumber: 17, body, exceptions: built }));
          expect(hashInputs(why.kind, why.inputs)).toBe(primary);
          expect(hashes[0]).toBe(primary);
        },
      ),
    );
  });
});

describe('fingerprint v1 without a stack', () => {
  it('of a failed request is its status and endpoint, whichever layer logged it', () => {
    const path = '/reports/12';
    const layers = [
      requestEntry(at(0), { method: 'POST', path, status: 500 }),
      accessLine(at(0), { method: 'POST', path: '/reports/13', status: 500 }),
      completedLine(at(0), 'POST', path, 500),
    ].map(fingerprint);
    expect(new Set(layers.map(({ primary }) => primary)).size).toBe(1);
    expect(layers[0]?.why.inputs).toEqual({ type: 'HTTP 500', endpoint: 'POST /reports/:id' });
  });

  it('of an error with words of its own is their template', () => {
    const said = (body: string) => fingerprint(event({ severityNumber: 17, body })).primary;
    expect(said('lost 12 rows of 10.0.0.1')).toBe(said('lost 13 rows of 10.0.0.2'));
    expect(said('lost 12 rows of 10.0.0.1')).not.toBe(said('cannot open the door'));
  });

  it("of a source's own template is that", () => {
    const said = (body: string) =>
      fingerprint(event({ severityNumber: 17, body, template: 'lost {n} rows of {what}' }));
    expect(said('lost 1 rows of a').primary).toBe(said('lost 2 rows of b').primary);
    expect(said('lost 1 rows of a').why.template).toBe('lost {n} rows of {what}');
  });

  it('of a death is the platform’s rule, not its numbers', () => {
    const said = (body: string) => fingerprint(event({ severityNumber: 17, body })).primary;
    expect(said('Memory limit of 512 MiB exceeded with 573 MiB used.')).toBe(
      said('Memory limit of 1024 MiB exceeded with 1062 MiB used.'),
    );
    expect(said('Container called exit(1).')).not.toBe(said('Container called exit(139).'));
  });

  it('of a client is what the client says, with the default where it asks for it', () => {
    const given = (parts: unknown) =>
      fingerprint(
        stackEvent(at(0), [exception('E', 'm', pythonFrames(...places))], {
          attributes: { 'sentry.fingerprint': parts },
        }),
      );
    const plain = stack(exception('E', 'm', pythonFrames(...places))).primary;
    expect(given(['tenant-a']).primary).toMatch(/^v1:client:/);
    expect(given(['{{ default }}', 'tenant-a']).why.inputs).toEqual([plain, 'tenant-a']);
    expect(given(['{{default}}']).primary).toBe(plain);
    expect(given([]).primary).toBe(plain);
    expect(given('x').primary).toBe(plain);
  });
});
