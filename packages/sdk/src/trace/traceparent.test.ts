import { expect, test } from 'vitest';
import { newSpan, parseTraceparent, writeTraceparent } from './traceparent.ts';

const VALID = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

test('a valid header is read, and written the same again', () => {
  const parsed = parseTraceparent(VALID);
  expect(parsed).toEqual({
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
    parentSpanId: null,
    isSampled: true,
  });
  expect(writeTraceparent(parsed!)).toBe(VALID);
  expect(parseTraceparent(VALID.replace(/01$/, '00'))?.isSampled).toBe(false);
  expect(parseTraceparent(`${VALID.replace(/^00/, 'cc')}-what-the-future-brings`)?.spanId).toBe('00f067aa0ba902b7');
});

test.each([
  undefined,
  null,
  '',
  'x'.repeat(10_000),
  VALID.toUpperCase(),
  VALID.replace(/^00/, 'ff'),
  `${VALID}-more`,
  VALID.replace('4bf92f3577b34da6a3ce929d0e0e4736', '0'.repeat(32)),
  VALID.replace('00f067aa0ba902b7', '0'.repeat(16)),
  VALID.slice(0, -1),
])('what is no header of the standard is none: %s', (header) => {
  expect(parseTraceparent(header)).toBeNull();
});

test('a new span stays in its trace and knows its parent', () => {
  const parent = parseTraceparent(VALID)!;
  const child = newSpan(parent);
  expect(child).toMatchObject({ traceId: parent.traceId, parentSpanId: parent.spanId, isSampled: true });
  expect(child.spanId).not.toBe(parent.spanId);
  expect(parseTraceparent(writeTraceparent(newSpan(null)))).not.toBeNull();
});
