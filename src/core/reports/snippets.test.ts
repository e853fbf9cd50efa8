import { describe, expect, it } from 'vitest';
import { issueEvidence, issueOf, repositoryEvidence, START, snippet } from '../../../test/fixtures/understanding.ts';
import type { IssueEvidence } from '../evidence/index.ts';
import { type Issue, originLookup } from '../issues/index.ts';
import { findPlaces } from './places.ts';
import { issueSnippets, topSnippets } from './snippets.ts';

function top(issues: Issue[], gathered: IssueEvidence[], byFile: Record<string, number>, limit = 3) {
  const evidence = repositoryEvidence(gathered);
  return topSnippets({
    issues,
    evidence,
    byFile: new Map(Object.entries(byFile)),
    places: findPlaces(evidence, originLookup()),
    limit,
  });
}

describe('code snippets', () => {
  it('show the files that fail most, with the text as it was read and the count of its incidents (row 16)', () => {
    const [first] = top([issueOf(4)], [issueEvidence('issue-1')], { 'src/checkout/cart.py': 4 });
    expect(first).toEqual({
      file: 'src/checkout/cart.py',
      line: 88,
      code_snippet: '    rates = load_rates()\n    rate = rates[currency]\n    return rate',
      start_line: 87,
      end_line: 89,
      error_count: 4,
      function: 'total',
      revision: '7d3f0c1e5a9b84c62f10d7e3b5a8c94d1e6f2a70',
      issue_id: 'issue-1',
      truth: 'running revision',
      note: null,
    });
  });

  it('say why a failing file has no text, instead of leaving it out (row 16)', () => {
    const shown = top([issueOf(4)], [], { 'src/checkout/cart.py': 4 });
    expect(shown).toEqual([
      expect.objectContaining({
        file: 'src/checkout/cart.py',
        line: 88,
        code_snippet: '',
        truth: 'unavailable',
        note: 'No repository was given.',
        error_count: 4,
      }),
    ]);
  });

  it('are filled up with the next likely places, never more files than the knob says, no file twice', () => {
    const places = ['src/checkout/cart.py', 'src/web/routes.py', 'src/web/routes.py', 'src/app.py', 'src/main.py'];
    const gathered = issueEvidence('issue-1', {
      snippets: places.map((path, index) => snippet({ path, culpritRank: index + 1, line: 10 + index })),
    });
    const shown = top([issueOf(2)], [gathered], { 'src/checkout/cart.py': 2 });
    expect(shown.map(({ file, line }) => [file, line])).toEqual([
      ['src/checkout/cart.py', 10],
      ['src/web/routes.py', 11],
      ['src/app.py', 13],
    ]);
  });

  it('of one issue stand most likely place first', () => {
    const gathered = issueEvidence('issue-1', {
      snippets: [snippet({ culpritRank: 2, path: 'b.py' }), snippet({ culpritRank: 1, path: 'a.py', note: 'moved' })],
    });
    const shown = issueSnippets(issueOf(3, START), gathered);
    expect(shown.map(({ file, note, error_count }) => ({ file, note, error_count }))).toEqual([
      { file: 'a.py', note: 'moved', error_count: 3 },
      { file: 'b.py', note: null, error_count: 3 },
    ]);
  });
});
