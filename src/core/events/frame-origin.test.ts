import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame, Language } from './event.ts';
import { createFrameOrigin } from './frame-origin.ts';

function frame(about: Partial<Frame>): Frame {
  return {
    file: null,
    line: null,
    column: null,
    function: null,
    module: null,
    code: null,
    inApp: null,
    origin: null,
    ...about,
  };
}

const TRACKED = [
  'main.py',
  'src/shop/orders.py',
  'src/router/index.js',
  'src/main/java/com/acme/shop/Order.java',
  'internal/http/server.go',
  'lib/cart.dart',
  'node_modules/left-pad/index.js',
];

describe('createFrameOrigin', () => {
  const origin = createFrameOrigin({ trackedFiles: TRACKED });

  it('maps an application frame to its tracked file', () => {
    expect(origin(frame({ file: '/app/src/shop/orders.py' }), 'python')).toEqual({
      isApplication: true,
      rule: 'tracked',
      path: 'src/shop/orders.py',
    });
    expect(origin(frame({ file: '/app/main.py' }), 'python').path).toBe('main.py');
    expect(origin(frame({ file: 'Order.java', module: 'com.acme.shop.Order$Line' }), 'java').path).toBe(
      'src/main/java/com/acme/shop/Order.java',
    );
    expect(origin(frame({ module: 'com.acme.shop.Order$$Lambda$14' }), 'java').path).toBe(
      'src/main/java/com/acme/shop/Order.java',
    );
    expect(origin(frame({ file: 'package:shop/cart.dart' }), 'dart').path).toBe('lib/cart.dart');
  });

  it('knows an application installed among the packages', () => {
    const file = '/usr/local/lib/python3.11/site-packages/shop/orders.py';
    expect(origin(frame({ file }), 'python')).toMatchObject({ rule: 'tracked', path: 'src/shop/orders.py' });
  });

  it('does not take a library file for a tracked one that ends alike', () => {
    const express = frame({ file: '/app/node_modules/express/lib/router/index.js' });
    expect(origin(express, 'node')).toEqual({
      isApplication: false,
      rule: 'library-list',
      path: 'express/lib/router/index.js',
    });
    const server = frame({ file: '/usr/local/go/src/net/http/server.go', module: 'net/http' });
    expect(origin(server, 'go')).toMatchObject({ isApplication: false, path: 'net/http/server.go' });
    expect(origin(frame({ file: '/app/node_modules/left-pad/index.js' }), 'node').isApplication).toBe(false);
  });

  it.each<[Language, Partial<Frame>]>([
    ['python', { file: '/usr/lib/python3.12/json/decoder.py' }],
    ['python', { file: '<frozen importlib._bootstrap>' }],
    ['node', { file: 'node:internal/modules/cjs/loader' }],
    ['node', { file: 'internal/modules/cjs/loader.js' }],
    ['node', { function: 'Array.map' }],
    ['browser', { file: 'chrome-extension://abc/content.js' }],
    ['java', { file: 'Method.java', module: 'java.lang.reflect.Method' }],
    ['java', { file: 'Thread.java', module: 'java.base/java.lang.Thread' }],
    ['java', { file: '<generated>', module: 'com.acme.Order$$EnhancerBySpringCGLIB$$1' }],
    ['go', { file: '/root/go/pkg/mod/github.com/lib/pq@v1.10.0/conn.go', module: 'github.com/lib/pq' }],
    ['go', { module: 'runtime', function: 'gopanic' }],
    ['rust', { file: '/rustc/90b35a6/library/core/src/panicking.rs' }],
    ['rust', { function: 'tokio::runtime::task::harness::poll' }],
    ['ruby', { file: '/usr/local/bundle/gems/rack-3.0.0/lib/rack.rb' }],
    ['php', { file: '/app/vendor/symfony/http-kernel/HttpKernel.php' }],
    ['dotnet', { module: 'System.Linq.Enumerable', function: 'First', file: '/_/src/Linq.cs' }],
    ['dotnet', { module: 'Shop.Orders', function: 'Place' }],
    ['dart', { file: 'dart:async/zone.dart' }],
    ['swift', { module: 'libswiftCore.so' }],
  ])('%s library: %o', (language, about) => {
    expect(origin(frame(about), language)).toMatchObject({ isApplication: false, rule: 'library-list' });
  });

  it('decides in order: configured, package, tracked, list, SDK, root, guess', () => {
    const decide = createFrameOrigin({
      trackedFiles: ['src/a/b.py'],
      rules: ['library: **/b.py', 'app: acme.*', 'nonsense'],
      appPackages: ['com.acme'],
      appRoots: ['/opt/shop'],
    });
    expect(decide(frame({ file: 'src/a/b.py' }), 'python').rule).toBe('configured');
    expect(decide(frame({ file: 'src/a/b.py', module: 'acme.b' }), 'python')).toMatchObject({
      rule: 'configured',
      isApplication: true,
    });
    expect(decide(frame({ module: 'com.acme.X', file: 'X.java' }), 'java').rule).toBe('app-package');
    expect(decide(frame({ module: 'com.acmebank.X', file: 'X.java' }), 'java').rule).toBe('guess');
    expect(decide(frame({ file: '/srv/x/y.py', inApp: false }), 'python')).toMatchObject({
      rule: 'sdk',
      isApplication: false,
    });
    expect(decide(frame({ file: 'https://a.example/x/y.js', inApp: false }), 'browser').rule).toBe('guess');
    expect(decide(frame({ file: '/opt/shop/y.py' }), 'python').rule).toBe('app-root');
    expect(decide(frame({ file: '/srv/y.py' }), 'python').rule).toBe('guess');
  });

  it('takes scripts of other hosts for libraries once the own ones are named', () => {
    const decide = createFrameOrigin({ ownHosts: ['shop.example'] });
    expect(decide(frame({ file: 'https://cdn.example/a.js' }), 'browser').isApplication).toBe(false);
    expect(decide(frame({ file: 'https://shop.example/a.js' }), 'browser').isApplication).toBe(true);
  });

  it('never throws and never leaves the repository', () => {
    const languages: (Language | null)[] = ['python', 'node', 'browser', 'java', 'go', 'rust', 'dotnet', null];
    const text = fc.option(fc.string({ maxLength: 80 }));
    fc.assert(
      fc.property(text, text, text, fc.constantFrom(...languages), (file, module, name, language) => {
        const { path } = origin(frame({ file, module, function: name }), language);
        expect(path === null || !path.split('/').includes('..')).toBe(true);
      }),
    );
  });
});
