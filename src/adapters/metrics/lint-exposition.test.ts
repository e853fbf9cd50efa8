import { describe, expect, it } from 'vitest';
import { lintExposition } from './lint-exposition.ts';
import { parseExposition } from './parse-exposition.ts';

const family = (name: string, type: string, ...samples: string[]) =>
  [`# HELP ${name} Something`, `# TYPE ${name} ${type}`, ...samples, ''].join('\n');

describe('what promtool finds wrong', () => {
  it.each([
    ['no help', '# TYPE x_total counter\nx_total 1\n', 'x_total has no help text'],
    [
      'a counter without _total',
      family('events', 'counter', 'events 1'),
      'events is a counter, and does not end in "_total"',
    ],
    [
      'a gauge with _total',
      family('events_total', 'gauge', 'events_total 1'),
      'events_total ends in "_total", and is no counter',
    ],
    [
      'milliseconds',
      family('wait_milliseconds', 'gauge', 'wait_milliseconds 1'),
      'base unit "seconds" in place of "milliseconds"',
    ],
    ['hours', family('wait_hours', 'gauge', 'wait_hours 1'), 'base unit "seconds" in place of "hours"'],
    ['kilobytes', family('size_kilobytes', 'gauge', 'size_kilobytes 1'), 'base unit "bytes" in place of "kilobytes"'],
    ['an abbreviated unit', family('wait_ms', 'gauge', 'wait_ms 1'), 'wait_ms abbreviates a unit: "ms"'],
    ['the type in the name', family('size_gauge', 'gauge', 'size_gauge 1'), 'size_gauge has its type in its name'],
    ['a colon', family('job:size', 'gauge', 'job:size 1'), 'job:size has a colon'],
    ['camel case', family('queueSize', 'gauge', 'queueSize 1'), 'not snake_case: queueSize'],
    ['camel case of a label', family('size', 'gauge', 'size{queueName="a"} 1'), 'not snake_case: queueName'],
    ['le of a gauge', family('size', 'gauge', 'size{le="1"} 1'), 'has the label "le"'],
    ['quantile of a counter', family('x_total', 'counter', 'x_total{quantile="0.5"} 1'), 'has the label "quantile"'],
    ['a part of a histogram', family('size_sum', 'gauge', 'size_sum 1'), 'ends as a part of a histogram does'],
    ['a bucket', family('size_bucket', 'gauge', 'size_bucket 1'), 'ends in "_bucket"'],
  ])('%s', (_, text, told) => {
    expect(lintExposition(text).join('\n')).toContain(told);
  });

  it('nothing in figures that are well made', () => {
    const text = [
      family('requests_total', 'counter', 'requests_total{path="/a b",code="200"} 3 1700000000000'),
      family('size_bytes', 'gauge', 'size_bytes 1.5e+3', 'size_bytes{of="\\"x\\\\"} NaN'),
      family(
        'wait_seconds',
        'histogram',
        'wait_seconds_bucket{le="0.5"} 1',
        'wait_seconds_bucket{le="+Inf"} 2',
        'wait_seconds_sum 3.5',
        'wait_seconds_count 2',
      ),
    ].join('\n');
    expect(lintExposition(text)).toEqual([]);
  });

  it.each([
    ['no bound up to +Inf', ['wait_seconds_bucket{le="1"} 2', 'wait_seconds_sum 1', 'wait_seconds_count 2'], '+Inf'],
    [
      'bounds that fall',
      [
        'wait_seconds_bucket{le="2"} 1',
        'wait_seconds_bucket{le="1"} 2',
        'wait_seconds_bucket{le="+Inf"} 2',
        'wait_seconds_sum 1',
        'wait_seconds_count 2',
      ],
      'ascend',
    ],
    [
      'counts that fall',
      [
        'wait_seconds_bucket{le="1"} 3',
        'wait_seconds_bucket{le="+Inf"} 2',
        'wait_seconds_sum 1',
        'wait_seconds_count 2',
      ],
      'fall',
    ],
    [
      'a count of its own',
      ['wait_seconds_bucket{le="+Inf"} 2', 'wait_seconds_sum 1', 'wait_seconds_count 3'],
      'last bucket',
    ],
  ])('a histogram with %s', (_, samples, told) => {
    expect(lintExposition(family('wait_seconds', 'histogram', ...samples)).join('\n')).toContain(told);
  });
});

describe('the text', () => {
  it.each([
    ['x{a="b} 1\n', 'not quoted whole'],
    ['x{a="b" c="d"} 1\n', 'the labels do not end'],
    ['x{a="b",a="c"} 1\n', 'stands twice'],
    ['x{="b"} 1\n', 'a label has no name'],
    ['x{a="\\q"} 1\n', 'not quoted whole'],
    ['x one\n', 'no value'],
    ['x 1 2 3\n', 'more follows'],
    ['x 1\nx 1\n', 'stands twice'],
    ['1x 1\n', 'does not begin with a name'],
    ['x 1\n# TYPE x gauge\n', 'after its samples'],
    ['# TYPE x gauge\n# TYPE x gauge\n', 'a second TYPE'],
    ['# TYPE x number\n', 'no type'],
    ['x 1', 'the last line has no end'],
  ])('%j is told of', (text, told) => {
    expect(parseExposition(text).problems.join('\n')).toContain(told);
  });

  it('is read on behind what cannot be read', () => {
    const { families, problems } = parseExposition('x{ 1\ny{a="1"} +Inf\n');
    expect(problems).toEqual(['line 1: a label has no name']);
    expect(families).toEqual([
      {
        name: 'y',
        type: 'untyped',
        help: null,
        samples: [{ name: 'y', labels: { a: '1' }, value: Number.POSITIVE_INFINITY }],
      },
    ]);
  });

  it('of any kind is read in time that grows with its length alone', () => {
    const crafted = `x{${'a="'.repeat(50_000)}\n${'x{a="\\\\'.repeat(20_000)}\n`;
    const before = process.cpuUsage().user;
    expect(parseExposition(crafted).problems).toHaveLength(2);
    expect((process.cpuUsage().user - before) / 1e6).toBeLessThan(2);
  });
});
