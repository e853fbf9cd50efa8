import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Language } from '../../events/index.ts';
import { cleanName } from './clean-name.ts';

describe('what a compiler wrote into a name', () => {
  it.each<[Language, string, string]>([
    ['python', '<lambda>', ''],
    ['python', '<listcomp>', ''],
    ['python', '<module>', '<module>'],
    ['python', 'place_order', 'place_order'],
    ['node', 'Foo.bar', 'bar'],
    ['node', 'async Foo.bar [as baz]', 'bar'],
    ['node', 'Object.<anonymous>', ''],
    ['node', 'new Basket', 'Basket'],
    ['browser', 'render/<', 'render'],
    ['java', 'com.acme.Shop$$Lambda$14/0x0000000800c03000', 'com.acme.Shop$$Lambda'],
    ['java', 'lambda$place$3', 'place'],
    ['java', 'jdk.internal.reflect.GeneratedMethodAccessor117', 'jdk.internal.reflect.GeneratedMethodAccessor'],
    ['java', 'com.acme.Orders$$EnhancerBySpringCGLIB$$8f1a2b3c', 'com.acme.Orders'],
    ['java', 'com.acme.Orders$$SpringCGLIB$$0', 'com.acme.Orders'],
    ['java', 'com.acme.Orders_$$_jvst5f_0', 'com.acme.Orders'],
    ['java', 'com.sun.proxy.$Proxy12', 'com.sun.proxy.$Proxy'],
    ['java', 'fn__12', 'fn__'],
    ['java', 'com.acme.Order$Item', 'com.acme.Order$Item'],
    ['go', 'main.(*Server).handle.func1.2', 'main.(*Server).handle'],
    ['go', 'shop.Map[...]', 'shop.Map'],
    ['rust', 'shop::orders::place::h0123456789abcdef', 'shop::orders::place'],
    ['rust', 'shop::orders::place::{{closure}}', 'shop::orders::place'],
    ['rust', 'core::option::Option<T>::unwrap', 'core::option::Option::unwrap'],
    ['swift', 'place + 124', 'place'],
    ['ruby', 'block (2 levels) in place', 'place'],
    ['ruby', '_app_views_orders_show_html_erb__123_456', '_app_views_orders_show_html_erb'],
    ['php', 'class@anonymous/srv/a.php:3$0', 'class@anonymous:3$0'],
    ['php', '{closure}', ''],
    ['dotnet', '<PlaceAsync>d__5', 'PlaceAsync'],
    ['dotnet', '<>c__DisplayClass3_0.<Place>b__0', 'Place'],
    ['dart', 'main.<fn>', 'main'],
  ])('%s: %s → %s', (language, name, expected) => {
    expect(cleanName(name, language).name).toBe(expected);
  });

  it('is cleaned once and for all, in linear time, from any text', () => {
    const language = fc.constantFrom<Language | null>(
      'python',
      'node',
      'java',
      'go',
      'rust',
      'ruby',
      'php',
      'dotnet',
      'dart',
      null,
    );
    fc.assert(fc.property(fc.string({ maxLength: 300 }), language, (name, of) => void cleanName(name, of)));
    const hostile = '<a$$Lambda[class@anonymous'.repeat(40_000);
    for (const of of ['java', 'rust', 'go', 'dotnet', 'node'] as const) {
      expect(cleanName(hostile, of)).toBeDefined();
    }
  });
});
