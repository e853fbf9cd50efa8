import { describe, expect, it } from 'vitest';
import { isTestCode } from './test-code.ts';

const frame = (file: string | null, module: string | null = null) => ({ file, module, origin: null });

describe('isTestCode', () => {
  it('knows test files and classes by the names test runners look for', () => {
    expect(isTestCode(frame('src/test/java/com/acme/Order.java'))).toBe(true);
    expect(isTestCode(frame('OrderTest.java', 'com.acme.OrderTest'))).toBe(true);
    expect(isTestCode(frame('TestOrder.java', 'com.acme.TestOrder$1'))).toBe(true);
    expect(isTestCode(frame(null, 'com.acme.CompilerTestCase'))).toBe(true);
    expect(isTestCode(frame('app/test_orders.py'))).toBe(true);
    expect(isTestCode(frame('web/cart.spec.tsx'))).toBe(true);
    expect(isTestCode(frame('shop/order_test.go'))).toBe(true);
    expect(isTestCode(frame('Builder.java', 'com.acme.testing.Builder'))).toBe(true);
  });

  it('leaves words that only contain "test" alone', () => {
    expect(isTestCode(frame('src/latest/contest.py'))).toBe(false);
    expect(isTestCode(frame('Attestation.java', 'com.acme.Attestation'))).toBe(false);
    expect(isTestCode(frame('src/testimony.ts'))).toBe(false);
  });
});
