import { describe, expect, it } from 'vitest';
import { reportInput, understandingOf } from '../../../test/fixtures/understanding.ts';
import { DEFAULT_REPORT_KNOBS } from './knobs.ts';
import { describeProblems } from './problems.ts';

const nothing = { by_endpoint: 0, by_error_type: 0, by_file: 0, issues: 0 };

describe('what a report says it lacks', () => {
  it('is what could not be read, the bounds reached, and what its lists leave out (row 10)', () => {
    const input = reportInput(understandingOf([], { bounds: [{ name: 'context', limit: 2000, count: 31 }] }));
    input.reading.problems.push({
      kind: 'foreign-line',
      name: 'a.json',
      position: '1',
      count: 2,
      detail: 'WARNING: old',
    });
    const problems = describeProblems(input, { ...nothing, issues: 7 }, DEFAULT_REPORT_KNOBS);
    expect(problems).toEqual([
      { kind: 'foreign-line', name: 'a.json', position: '1', count: 2, detail: 'WARNING: old' },
      {
        kind: 'bound',
        name: 'context',
        position: '',
        count: 31,
        detail:
          'log lines kept around failures, the nearest first: bound of 2000 reached; counts hold, details beyond it are missing',
      },
      {
        kind: 'not-listed',
        name: 'issues',
        position: '',
        count: 7,
        detail: 'issues: 7 more than the 50 listed; all are counted',
      },
    ]);
  });

  it('is nothing when nothing is lacking', () => {
    expect(describeProblems(reportInput(understandingOf([])), nothing, DEFAULT_REPORT_KNOBS)).toEqual([]);
  });
});
