import { describe, expect, it } from 'vitest';
import type { Exception } from '../../events/index.ts';
import { event, exception, pythonFrames } from '../event-fixtures.ts';
import { areOneException, areRelated, isStrictlyInside, stackSignature } from './stack-relation.ts';

const of = (...exceptions: Exception[]) => stackSignature(event({ exceptions }));
const places = ['lib/db:9:execute', 'stock:40:reserve', 'orders:12:place', 'api:7:post'];
const long = 'could not reserve the article in any warehouse';

describe('related stacks', () => {
  const base = of(exception('E', long, pythonFrames(...places)));

  it('have one type and an equal message, or one that begins with the other', () => {
    expect(areRelated(base, of(exception('E', long, pythonFrames('x:1:x'))))).toBe(true);
    expect(areRelated(base, of(exception('E', `${long} in upsert.`, pythonFrames('x:1:x'))))).toBe(true);
    expect(areRelated(base, of(exception('F', long, pythonFrames('x:1:x'))))).toBe(false);
    expect(
      areRelated(of(exception('E', 'id', pythonFrames('y:1:y'))), of(exception('E', 'id', pythonFrames('x:1:x')))),
    ).toBe(false);
    expect(areRelated(of(exception('E', 'id', [])), of(exception('E', 'id', pythonFrames('x:1:x'))))).toBe(true);
  });

  it('have one crash line, or one runs inside the other', () => {
    expect(areRelated(base, of(exception('E', 'other', pythonFrames('lib/db:9:execute', 'mail:1:send'))))).toBe(true);
    expect(areRelated(base, of(exception('E', 'other', pythonFrames('orders:12:place', 'api:7:post'))))).toBe(true);
    expect(areRelated(base, of(exception('E', 'other', pythonFrames('api:7:post'))))).toBe(false);
    expect(areRelated(base, of(exception('E', 'other', pythonFrames('lib/db:10:execute', 'mail:1:send'))))).toBe(false);
  });

  it('are one the other’s cause', () => {
    const wrapped = of(
      exception('Failed', 'order 12', pythonFrames('api:8:post')),
      exception('E', long, pythonFrames(...places), { relation: 'cause' }),
    );
    expect(areRelated(base, wrapped)).toBe(true);
    expect(areRelated(wrapped, base)).toBe(true);
  });

  it('of two requests are one exception only if they do not say different things', () => {
    const other = of(exception('E', 'item 2 was refused by the bank', pythonFrames(...places)));
    expect(areRelated(of(exception('E', 'item 1 was refused by the bank', pythonFrames(...places))), other)).toBe(true);
    expect(areOneException(of(exception('E', 'item 1 was refused by the bank', pythonFrames(...places))), other)).toBe(
      false,
    );
  });

  it('lie strictly inside only when smaller, of one type and message', () => {
    const inner = of(exception('E', long, pythonFrames(...places.slice(0, 2))));
    expect(isStrictlyInside(inner, base)).toBe(true);
    expect(isStrictlyInside(base, inner)).toBe(false);
    expect(isStrictlyInside(base, of(exception('E', long, pythonFrames(...places))))).toBe(false);
    expect(isStrictlyInside(of(exception('E', 'else', pythonFrames(...places.slice(0, 2)))), base)).toBe(false);
    expect(
      isStrictlyInside(of(exception(null, null, pythonFrames(...places.slice(2)), { truncated: true })), base),
    ).toBe(true);
  });
});
