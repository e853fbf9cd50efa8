import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freshFolder } from './delivery-fixtures.ts';
import { ownFolder } from './owner.ts';

/** A folder as another process made it, with a segment in it. */
function folderOf(root: string, name: string, change: (lock: Record<string, unknown>) => object | null): string {
  const template = ownFolder(freshFolder());
  const lock = JSON.parse(readFileSync(join(template.path, 'owner.json'), 'utf8')) as Record<string, unknown>;
  const path = join(root, name);
  mkdirSync(path);
  writeFileSync(join(path, 'low-00000001.seg'), '');
  const changed = change(lock);
  if (changed) writeFileSync(join(path, 'owner.json'), JSON.stringify(changed));
  return path;
}

describe('the folder of', () => {
  test.each([
    ['a process that ended, its number taken by another since', (lock: object) => ({ ...lock, start: '1' })],
    ['a process that is gone', (lock: object) => ({ ...lock, pid: 2 ** 22 - 1, start: '5' })],
    ['an owner that gave it free', () => null],
  ])('%s is taken over at once', (_, change) => {
    const root = freshFolder();
    const path = folderOf(root, 'left', change);
    const own = ownFolder(root);
    expect(own.adopt(0)).toEqual([join(own.path, 'adopted-left')]);
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(join(own.path, 'adopted-left'))).toEqual(['low-00000001.seg']);
  });

  test('a process that lives is left alone, however long its lock is silent', () => {
    const root = freshFolder();
    folderOf(root, 'living', (lock) => lock);
    const own = ownFolder(root);
    for (const now of [0, 60_000, 600_000]) expect(own.adopt(now)).toEqual([]);
  });

  test('another thread of this process is left alone while that holds its lock open, and taken over once it is gone', () => {
    const root = freshFolder();
    const path = folderOf(root, 'thread', () => ({}));
    const descriptor = openSync(join(path, 'owner.json'), 'r+');
    const template = JSON.parse(readFileSync(join(ownFolder(freshFolder()).path, 'owner.json'), 'utf8')) as {
      thread: number;
    };
    writeFileSync(descriptor, JSON.stringify({ ...template, thread: template.thread + 1, descriptor }));
    const own = ownFolder(root);
    for (const now of [0, 60_000, 600_000]) expect(own.adopt(now)).toEqual([]);
    closeSync(descriptor);
    expect(own.adopt(600_000)).toEqual([join(own.path, 'adopted-thread')]);
  });

  test.each([
    ['another container', (lock: object) => ({ ...lock, namespace: 'pid:[1]' })],
    ['another machine', (lock: object) => ({ ...lock, boot: 'elsewhere' })],
  ])('%s is taken over after a minute without a beat, never while it beats', (_, change) => {
    const root = freshFolder();
    const path = folderOf(root, 'other', change);
    const own = ownFolder(root);
    for (let now = 0; now <= 300_000; now += 30_000) {
      utimesSync(join(path, 'owner.json'), new Date(now), new Date(now));
      expect(own.adopt(now)).toEqual([]);
    }
    expect(own.adopt(359_999)).toEqual([]);
    expect(own.adopt(360_000)).toHaveLength(1);
  });

  test('a dead process is taken over once, with what it had taken over itself', () => {
    const root = freshFolder();
    const path = folderOf(root, 'dead', () => null);
    mkdirSync(join(path, 'adopted-earlier'));
    writeFileSync(join(path, 'adopted-earlier', 'high-00000001.seg'), '');
    const [first, second] = [ownFolder(root), ownFolder(root)];
    expect(first.adopt(0).sort()).toEqual([join(first.path, 'adopted-dead'), join(first.path, 'adopted-earlier')]);
    expect(second.adopt(0)).toEqual([]);
  });

  test('a process that died while it made its folder leaves nothing', () => {
    const root = freshFolder();
    folderOf(root, '.dead', (lock) => ({ ...lock, start: '1' }));
    folderOf(root, '.living', (lock) => lock);
    const own = ownFolder(root);
    expect(own.adopt(0)).toEqual([]);
    expect(readdirSync(root).filter((name) => name.startsWith('.'))).toEqual(['.living']);
  });

  test('an owner that ended well is gone', () => {
    const root = freshFolder();
    ownFolder(root).release();
    expect(readdirSync(root)).toEqual([]);
  });
});
