import { describe, expect, it } from 'vitest';
import type { Frame, Language } from '../../events/index.ts';
import { originLookup } from '../application-frame.ts';
import { frame } from '../event-fixtures.ts';
import { createFrameCleaner } from './clean-frame.ts';

const clean = createFrameCleaner(originLookup());

describe('what of a frame enters a hash', () => {
  it.each<[Language, Frame, string[] | null]>([
    ['python', frame('/app/src/a.py', 3, 'run', { code: '  x  =   call( y )' }), ['src/a.py', 'run', 'x = call( y )']],
    ['node', frame('/app/src/a.js', 3, 'Basket.add'), ['src/a.js', 'add']],
    ['browser', frame('https://cdn.example.com/assets/main.3f2a9c1b.js', 3, 'x'), ['assets/main.js', 'x']],
    ['node', frame('native', null, 'x'), null],
    ['browser', frame('<anonymous>', 1, 'x'), null],
    [
      'java',
      frame('Orders.java', 3, 'lambda$place$0', { module: 'app//com.acme.Orders$$SpringCGLIB$$0' }),
      ['com.acme.Orders', 'place'],
    ],
    [
      'go',
      frame('/app/shop/orders.go', 3, '(*Server).Place.func1', { module: 'example.com/shop/orders' }),
      ['example.com/shop/orders', '(*Server).Place'],
    ],
    ['ruby', frame('/app/app/models/order.rb', 3, 'block in place'), ['app/models/order.rb', 'place']],
    ['dotnet', frame(null, null, '<PlaceAsync>d__5', { module: 'Acme.Shop' }), ['Acme.Shop', 'PlaceAsync']],
  ])('of %s', (language, one, values) => {
    expect(clean(one, language).values).toEqual(values);
  });

  it('never holds a line number, at most 120 characters of code, and remembers nothing wrong', () => {
    const code = 'x'.repeat(500);
    expect(clean(frame('/app/a.py', 1, 'f', { code }), 'python').values).toEqual(
      clean(frame('/app/a.py', 2, 'f', { code }), 'python').values,
    );
    expect(clean(frame('/app/a.py', 1, 'f', { code }), 'python').values?.[2]).toHaveLength(120);
    const library = { isApplication: false, rule: 'configured', path: 'a.py' };
    expect(clean(frame('/app/a.py', 1, 'f'), 'python').isApplication).toBe(true);
    expect(clean(frame('/app/a.py', 1, 'f', { origin: library }), 'python').isApplication).toBe(false);
  });
});
