import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toSourcePath } from './source-path.ts';

describe('toSourcePath', () => {
  it.each([
    ['/app/src/a.py', 'src/a.py'],
    ['/usr/src/app/src/a.js', 'src/a.js'],
    ['/workspace/a.py', 'a.py'],
    ['/var/task/handler.py', 'handler.py'],
    ['app/main.py', 'app/main.py'],
    ['/application/main.py', 'application/main.py'],
    ['file:///app/src/a.mjs', 'src/a.mjs'],
    ['file:///C:/code/src/a.js', 'code/src/a.js'],
    ['C:\\work\\Shop\\Orders.cs', 'work/Shop/Orders.cs'],
    ['webpack://shop/./src/a.ts?1a2b', 'src/a.ts'],
    ['webpack:///src/a.ts', 'src/a.ts'],
    ['app:///dist/a.js', 'dist/a.js'],
    ['https://shop.example/static/a.js?v=3#x', 'static/a.js'],
    ['~/static/a.js', 'static/a.js'],
    ['../../etc/passwd', 'etc/passwd'],
    ['/app/../../etc/passwd', 'etc/passwd'],
    ['file:///app/mit%20Leer/%C3%A9.js', 'mit Leer/é.js'],
  ])('%s → %s', (file, path) => {
    expect(toSourcePath(file)?.path).toBe(path);
  });

  it('refuses what is no file name', () => {
    for (const file of ['', '/', '..', '<anonymous>', 'a\0b', '/app/../..']) expect(toSourcePath(file)).toBeNull();
  });

  it('takes off where a deployment of Guardian keeps the code of a revision: a file at the root is the same file in the next one', () => {
    const at = (revision: string) => `file:///srv/guardian/targets/shop/revisions/${revision}/server.js`;
    expect(toSourcePath(at('shop-1'))?.path).toBe('server.js');
    expect(toSourcePath(at('shop-2'))?.path).toBe('server.js');
  });

  it('never points above its root, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.stringMatching(/^[./\\a%2eE:]*$/)), (file) => {
        const path = toSourcePath(file)?.path;
        if (path === undefined) return;
        expect(path.startsWith('/')).toBe(false);
        expect(path.split('/')).not.toContain('..');
      }),
    );
  });
});
