import { expect, it } from 'vitest';
import { templateOf } from './template-of.ts';

const of = (body: string) => templateOf({ template: null, body });

it('takes out what varies from one message to the next', () => {
  expect(of('order 4711 was paid')).toBe('order * was paid');
  expect(of('user "Ada Lovelace" signed in from 10.0.0.1:443')).toBe('user * signed in from *.*.*.*:*');
  expect(of('trace 4bf92f35-77b3 is done')).toBe('trace * is done');
  expect(of('first line\nsecond line')).toBe('first line');
});

it('takes the template that the source gave, and is bounded', () => {
  expect(templateOf({ template: 'order {id} was paid', body: 'order 1 was paid' })).toBe('order {id} was paid');
  expect(of('x '.repeat(10_000))).toHaveLength(160);
  expect(of(`${'"'.repeat(5_000)}`).length).toBeLessThanOrEqual(160);
});
