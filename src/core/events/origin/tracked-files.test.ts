import { describe, expect, it } from 'vitest';
import { createTrackedFiles } from './tracked-files.ts';

describe('createTrackedFiles', () => {
  const tracked = createTrackedFiles([
    'main.py',
    'src/index.js',
    'packages/web/src/index.js',
    'backend/src/main/java/com/acme/Order.java',
    'vendor/lib/src/tool.js',
    'a/util/text.py',
    'b/util/text.py',
  ]);

  it('finds the one file that shares the longest end', () => {
    expect(tracked.find('com/acme/Order.java')).toBe('backend/src/main/java/com/acme/Order.java');
    expect(tracked.find('srv/web/src/index.js')).toBe('packages/web/src/index.js');
    expect(tracked.find('home/build/shop/src/index.js')).toBe('src/index.js');
    expect(tracked.find('main.py')).toBe('main.py');
  });

  it('finds none when several fit, one segment fits, or the file is vendored', () => {
    expect(tracked.find('x/util/text.py')).toBeNull();
    expect(tracked.find('other/main.py')).toBeNull();
    expect(tracked.find('vendor/lib/src/tool.js')).toBeNull();
  });

  it('wants every segment when asked to', () => {
    expect(tracked.find('express/src/index.js', { whole: true })).toBeNull();
    expect(tracked.find('acme/Order.java', { whole: true })).toBe('backend/src/main/java/com/acme/Order.java');
  });
});
