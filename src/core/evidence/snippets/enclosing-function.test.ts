import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findEnclosingFunction, lastLineRunBefore } from './enclosing-function.ts';

function at(text: string, mark: string) {
  const lines = text.split('\n');
  return findEnclosingFunction(lines, lines.findIndex((line) => line.includes(mark)) + 1);
}

describe('findEnclosingFunction', () => {
  it('reads Python by its indentation, decorators included', () => {
    const text = [
      'import x',
      '',
      '@route("/")',
      'async def place(order):',
      '    if order:',
      '        fail(order)',
      '',
      '    return 1',
      '',
      'def next():',
      '    pass',
    ].join('\n');
    expect(at(text, 'fail(')).toEqual({ from: 3, to: 8, name: 'place' });
  });

  it('reads JavaScript functions, methods and arrows', () => {
    const text = [
      'class Cart {',
      '  total(items) {',
      '    for (const item of items) {',
      '      add(item);',
      '    }',
      '    return 1;',
      '  }',
      '}',
      'const pay = async (order) => {',
      '  charge(order);',
      '};',
    ].join('\n');
    expect(at(text, 'add(item)')).toEqual({ from: 2, to: 7, name: 'total' });
    expect(at(text, 'charge(')).toEqual({ from: 9, to: 11, name: 'pay' });
  });

  it('reads Java and C# with long parameter lists and braces of their own', () => {
    const java = [
      'class A {',
      '    @Override',
      '    public List<Order> find(',
      '            String key,',
      '            int limit',
      '    ) throws IOException {',
      '        return read(key);',
      '    }',
      '}',
    ].join('\n');
    expect(at(java, 'read(key)')).toEqual({ from: 2, to: 8, name: 'find' });
    const csharp = [
      'class A',
      '{',
      '    public int Sum(int[] values)',
      '    {',
      '        return values[9];',
      '    }',
      '}',
    ].join('\n');
    expect(at(csharp, 'values[9]')).toEqual({ from: 3, to: 6, name: 'Sum' });
  });

  it('reads Go, Rust and Ruby', () => {
    expect(at('func (s *Shop) Pay(o Order) error {\n\treturn s.x.y\n}', 's.x.y')).toEqual({
      from: 1,
      to: 3,
      name: 'Pay',
    });
    expect(at('impl A {\n    pub fn run(&self) -> u8 {\n        self.a[9]\n    }\n}', 'a[9]')).toEqual({
      from: 2,
      to: 4,
      name: 'run',
    });
    expect(at('class A\n  def pay!(x)\n    x.fetch\n  end\nend', 'fetch')).toEqual({ from: 2, to: 4, name: 'pay!' });
  });

  it('gives null outside every function, and never throws', () => {
    expect(findEnclosingFunction(['x = 1', 'y = x / 0'], 2)).toBeNull();
    expect(findEnclosingFunction([], 5)).toBeNull();
    fc.assert(
      fc.property(fc.array(fc.string()), fc.integer({ min: -2, max: 30 }), (lines, line) => {
        const found = findEnclosingFunction(lines, line);
        if (found) expect(found.from <= line && found.to <= lines.length).toBe(true);
      }),
    );
  });
});

describe('lastLineRunBefore', () => {
  it('ends at the failing line, or at the end of the loop around it', () => {
    const lines = ['def f(a):', '    b = 1', '    for x in a:', '        use(x)', '        b += 1', '    done()'];
    const range = findEnclosingFunction(lines, 2);
    expect(range && lastLineRunBefore(lines, range, 2)).toBe(2);
    expect(range && lastLineRunBefore(lines, range, 4)).toBe(5);
  });
});
