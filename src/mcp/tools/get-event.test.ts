import { describe, expect, it } from 'vitest';
import { errorEvent, exception, frame, START } from '../../../test/fixtures/understanding.ts';
import { call, openShop, READER, stored } from '../mcp-fixtures.ts';

const ID = String(START * 4096 + 1);

describe('get_event', () => {
  it('gives exceptions, request, breadcrumbs and attributes, and not who the user was', async () => {
    const whole = errorEvent({
      breadcrumbs: [{ time: START, category: 'cart', message: 'CHF chosen', level: null }],
      attributes: { 'order.id': 4711, nested: { a: [1] } },
      user: { id: 'user-17', name: 'Maria Keller' },
      traceId: 'abc123',
    });
    const { text, data } = await call(
      openShop({ events: [stored(whole, Number(ID), 'issue-1')] }),
      'get_event',
      { event: ID },
      READER,
    );
    expect(data.event).toMatchObject({
      id: ID,
      trust: 'server',
      issueId: 'issue-1',
      untrusted: {
        message: "KeyError: 'CHF'",
        exceptions: [
          { type: 'KeyError', relation: 'raised', frames: [{ file: 'src/checkout/cart.py', line: 88 }, {}, {}] },
        ],
        request: { method: 'POST', path: '/api/orders/8841/pay', status: 500 },
        attributes: [
          { name: 'order.id', value: '4711' },
          { name: 'nested', value: '{"a":[1]}' },
        ],
      },
    });
    for (const part of [
      '| * src/checkout/cart.py:88 total',
      '| order.id = 4711',
      '| breadcrumb: 2026-03-14T09:00:00.000Z cart CHF chosen',
    ])
      expect(text).toContain(part);
    expect(text + JSON.stringify(data)).not.toContain('Keller');
  });

  it('bounds an enormous event and says what was left out', async () => {
    const long = 'y\u{e0041}'.repeat(100_000);
    const frames = Array.from({ length: 200 }, () => frame({ file: long, function: long, code: long }));
    const whole = errorEvent({
      body: long,
      exceptions: Array.from({ length: 30 }, () => exception({ type: long, message: long, frames })),
      breadcrumbs: Array.from({ length: 100 }, () => ({ time: 9e99, category: long, message: long, level: null })),
      attributes: Object.fromEntries(
        Array.from({ length: 500 }, (_, index) => [`${long.slice(0, 600)}${index}`, long]),
      ),
    });
    const { text, data } = await call(openShop({ events: [stored(whole, Number(ID))] }), 'get_event', { event: ID });
    expect(data.event).toMatchObject({ leftOut: { exceptions: 22, frames: 1_560, breadcrumbs: 80, attributes: 460 } });
    expect(Buffer.byteLength(text)).toBeLessThan(80_000);
    expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(120_000);
  });

  it('says that there is none', async () => {
    for (const event of ['17', 'x', '99999999999999999999'])
      expect((await call(openShop(), 'get_event', { event })).text).toMatch(/^not_found: There is no such event\./);
  });
});
