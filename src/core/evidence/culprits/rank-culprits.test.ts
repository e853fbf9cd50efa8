import { describe, expect, it } from 'vitest';
import type { Exception, Frame } from '../../events/index.ts';
import { rankCulprits, rootFirst } from './rank-culprits.ts';

function frame(module: string, name: string, line: number, about: Partial<Frame> = {}): Frame {
  const path = `src/${module.split('$')[0]?.replaceAll('.', '/')}.java`;
  const origin = { isApplication: true, rule: 'tracked', path };
  return { file: path, line, column: null, function: name, module, code: null, inApp: null, origin, ...about };
}

function library(module: string): Frame {
  return frame(module, 'call', 1, { origin: { isApplication: false, rule: 'library-list', path: null } });
}

function exception(frames: Frame[], about: Partial<Exception> = {}): Exception {
  return {
    type: 'com.acme.ShopException',
    message: null,
    module: null,
    frames,
    language: 'java',
    relation: 'raised',
    parent: null,
    handled: null,
    truncated: false,
    ...about,
  };
}

const names = (exceptions: Exception[], limits = {}) =>
  rankCulprits({ exceptions, limits }).map(({ frame: { function: name, line } }) => `${name}:${line}`);

describe('rankCulprits', () => {
  it('names the application frame nearest the crash, not the library that threw', () => {
    const frames = [library('java.util.ArrayList'), frame('acme.Cart', 'total', 10), frame('acme.Web', 'post', 20)];
    expect(names([exception(frames)])).toEqual(['total:10', 'post:20']);
  });

  it('looks past frames that only build and throw the exception', () => {
    const frames = [
      frame('acme.OrderException', 'of', 5),
      frame('acme.Errors', 'reportBadOrder', 9),
      frame('acme.Orders', 'place', 30),
    ];
    expect(names([exception(frames)])[0]).toBe('place:30');
  });

  it('blames the caller of a check somewhat more than the check', () => {
    const frames = [frame('acme.Rules', 'requireAmount', 5), frame('acme.Orders', 'place', 30)];
    expect(names([exception(frames)])).toEqual(['place:30', 'requireAmount:5']);
  });

  it('believes the place when the runtime itself threw, whatever the function is called', () => {
    const frames = [frame('acme.Sales', 'reportMonth', 5), frame('acme.Web', 'post', 30)];
    const thrown = exception(frames, { type: 'java.lang.NullPointerException' });
    expect(names([thrown])[0]).toBe('reportMonth:5');
  });

  it('starts at the root cause', () => {
    const wrapped = exception([frame('acme.Wrapper', 'wrapAll', 1), frame('acme.Web', 'post', 2)]);
    const cause = exception([frame('acme.Deep', 'read', 7), frame('acme.Web', 'post', 2)], { relation: 'cause' });
    expect(names([wrapped, cause])[0]).toBe('read:7');
  });

  it('puts test code behind the code it tests', () => {
    const frames = [frame('acme.CartTest', 'helper', 3), frame('acme.Cart', 'total', 10)];
    expect(names([exception(frames)])[0]).toBe('total:10');
  });

  it('spreads what it shows: recursion takes one place, not five', () => {
    const deep = Array.from({ length: 40 }, (_, index) => frame('acme.Tree', 'visit', 100 + (index % 3) * 20));
    const shown = names([exception([frame('acme.Node', 'value', 1), ...deep, frame('acme.Web', 'post', 2)])]);
    expect(shown[0]).toBe('value:1');
    expect(shown).toContain('post:2');
    expect(shown).toHaveLength(5);
  });

  it('doubles what changed when the issue came, and lowers what is in every issue', () => {
    const exceptions = [exception([frame('acme.A', 'one', 1), frame('acme.B', 'two', 2), frame('acme.C', 'three', 3)])];
    const changed = rankCulprits({
      exceptions,
      changedInRange: ({ line }) => line === 2,
      rarity: ({ line }) => (line === 1 ? 0.3 : 1),
    });
    expect(changed.map(({ frame: { line } }) => line)).toEqual([2, 3, 1]);
  });

  it('gives the same order for equal scores, and nothing without application frames', () => {
    expect(names([exception([library('java.lang.Thread')])])).toEqual([]);
    expect(names([])).toEqual([]);
  });
});

describe('rootFirst', () => {
  it('takes members of a group, then the chain from its root, then what was suppressed', () => {
    const of = (relation: Exception['relation']) => exception([], { relation });
    const list = [of('raised'), of('cause'), of('suppressed'), of('cause'), of('member'), of('context')];
    expect(rootFirst(list)).toEqual([5, 4, 1, 0, 3, 2]);
  });
});
