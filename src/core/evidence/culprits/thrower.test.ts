import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../events/index.ts';
import { throwerRole, wordsOf } from './thrower.ts';

const frame = (name: string | null, module: string | null = null) => ({ function: name, module }) as Frame;
const role = (name: string, module: string | null = null, isCrashEnd = true) =>
  throwerRole(frame(name, module), { isCrashEnd, errorType: 'ShopError' });

describe('throwerRole', () => {
  it('knows frames that only report or check, by their names in any style', () => {
    for (const name of [
      '_reportBadInput',
      'raise_for_status',
      'throwIfMissing',
      'newIllegalStateException',
      'handleUnknownField',
      'fail',
    ]) {
      expect(role(name)).toBe('reports');
    }
    expect(role('of', 'com.acme.OrderException$Kind')).toBe('reports');
    for (const name of ['requireNonNull', 'check_amount', 'Cart.validateItems', 'ensure'])
      expect(role(name)).toBe('checks');
    expect(role('isTrue', 'com.acme.Preconditions')).toBe('checks');
  });

  it('leaves working functions alone, and reporters away from the crash end', () => {
    for (const name of ['place', 'checkout', 'failoverRegion', 'requirementsOf', 'handleOrder', 'wrapper'])
      expect(role(name)).toBeNull();
    expect(role('reportBadInput', null, false)).toBeNull();
    expect(throwerRole(frame('reportMonth'), { isCrashEnd: true, errorType: 'builtins.KeyError' })).toBeNull();
  });

  it('takes any text', () => {
    fc.assert(fc.property(fc.string(), (text) => wordsOf(text).every((word) => word === word.toLowerCase())));
    fc.assert(
      fc.property(
        fc.option(fc.string()),
        fc.option(fc.string()),
        (name, module) => role(name ?? '', module) !== undefined,
      ),
    );
  });
});
