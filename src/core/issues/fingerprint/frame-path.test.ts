import { describe, expect, it } from 'vitest';
import type { FrameOrigin } from '../../events/index.ts';
import { frame } from '../event-fixtures.ts';
import { fingerprintPath } from './frame-path.ts';

const pathOf = (file: string | null, origin: Partial<FrameOrigin> = {}) =>
  fingerprintPath(frame(file, 1, 'f'), { isApplication: true, rule: 'guess', path: file, ...origin });

describe('the path of a frame in a hash', () => {
  it('is from the root of the repository or the library', () => {
    expect(pathOf('/srv/x/src/a/b/c.py', { rule: 'tracked', path: 'src/a/b/c.py' })).toBe('src/a/b/c.py');
    expect(pathOf('/app/src/a/b/c.py', { path: 'src/a/b/c.py' })).toBe('src/a/b/c.py');
    expect(
      pathOf('/usr/lib/python3/site-packages/db/pool/core/x.py', {
        isApplication: false,
        rule: 'library-list',
        path: 'db/pool/core/x.py',
      }),
    ).toBe('db/pool/core/x.py');
    expect(pathOf('src/a/b/c.py')).toBe('src/a/b/c.py');
  });

  it('is the last three segments where no root is known', () => {
    expect(pathOf('/home/jo/code/shop/src/a.py', { path: 'home/jo/code/shop/src/a.py' })).toBe('shop/src/a.py');
    expect(pathOf('C:\\build\\7\\shop\\src\\a.cs', { path: null })).toBe('shop/src/a.cs');
  });

  it('loses content hashes and releases', () => {
    expect(pathOf('assets/main.3f2a9c1b.js')).toBe('assets/main.js');
    expect(pathOf('assets/main.3f2a9c1b.chunk.js')).toBe('assets/main.chunk.js');
    expect(pathOf('assets/main.feedfacade.js')).toBe('assets/main.feedfacade.js');
    expect(pathOf('rack-3.0.8/lib/rack.rb')).toBe('rack/lib/rack.rb');
    expect(pathOf('github.com/x/y@v1.2.3/z.go')).toBe('github.com/x/y/z.go');
  });

  it('is none without a file', () => {
    expect(pathOf(null)).toBeNull();
  });
});
