import { describe, expect, it } from 'vitest';
import { isGenerated } from './generated-code.ts';

describe('isGenerated', () => {
  it('knows the names that generators give', () => {
    for (const path of [
      'api/shop.pb.go',
      'shop_pb2.py',
      'lib/cart.g.dart',
      'target/generated-sources/A.java',
      'web/app.min.js',
    ]) {
      expect(isGenerated(path)).toBe(true);
    }
    for (const path of ['src/generator.ts', 'src/degenerated.py', 'pb.go']) expect(isGenerated(path)).toBe(false);
  });
});
