import { describe, expect, it } from 'vitest';
import { messagesFor } from '../../shared/index.ts';
import { rankSuspects, type SuspectFinding } from './rank-suspects.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2025, 9, 20);

function finding(sha: string, days: number, about: Partial<SuspectFinding> = {}): SuspectFinding {
  return {
    commit: {
      sha,
      authorName: 'Ada',
      committedAt: NOW - days * DAY,
      subject: sha,
      parents: ['0'],
      files: [{ path: 'a.py', status: 'modified', previousPath: null }],
    },
    inRange: false,
    line: null,
    function: null,
    file: null,
    special: null,
    names: [],
    called: [],
    tookAway: [],
    ...about,
  };
}

const rank = (findings: SuspectFinding[], language: 'en' | 'fr' = 'en') =>
  rankSuspects({ findings, firstSeen: NOW, messages: messagesFor(language), shown: 5 });
const LINE = { path: 'a.py', line: 3, rank: 1 };
const FUNCTION = { path: 'a.py', name: 'pay' };
const TOTAL = { name: 'total', path: 'models.py' };

describe('rankSuspects', () => {
  it('adds the points of the rules, and calls the first high only when clearly ahead', () => {
    const whole = finding('bad', 0, { line: LINE, function: FUNCTION, file: 'a.py', names: [TOTAL] });
    const [alone] = rank([whole]).suspects;
    expect(alone).toMatchObject({ points: 70, confidence: 'high' });
    const close = rank([whole, finding('near', 14, { line: LINE, function: FUNCTION, file: 'a.py', names: [TOTAL] })]);
    expect(close.suspects.map(({ points, confidence }) => [points, confidence])).toEqual([
      [70, 'medium'],
      [65, 'medium'],
    ]);
    expect(rank([finding('bad', 0, { inRange: true, file: 'a.py' })]).suspects[0]).toMatchObject({
      points: 60,
      confidence: 'high',
    });
  });

  it('counts a line of a later frame less, and a sweeping change half', () => {
    const later = finding('later', 0, { line: { ...LINE, rank: 2 } });
    expect(rank([later]).suspects[0]?.points).toBe(27.5);
    const files = Array.from({ length: 101 }, (_, index) => ({
      path: `${index}`,
      status: 'modified' as const,
      previousPath: null,
    }));
    const sweeping = finding('sweep', 0, { inRange: true, line: LINE });
    const [half] = rank([{ ...sweeping, commit: { ...sweeping.commit, files } }]).suspects;
    expect(half?.points).toBe(37.5);
    expect(half?.reasons.join(' ')).toContain('101 files');
  });

  it('puts what came with the first bad revision before what ran well before it', () => {
    const { suspects } = rank([
      finding('before', 1, { line: LINE, function: FUNCTION, file: 'a.py', names: [TOTAL] }),
      finding('within', 3, { inRange: true }),
    ]);
    expect(suspects.map(({ commit }) => commit.sha)).toEqual(['within', 'before']);
  });

  it('suspects no merge, nothing made after the first occurrence, and nothing old', () => {
    const merge = finding('merge', 1, { line: LINE });
    merge.commit.parents = ['0', '1'];
    expect(rank([merge, finding('after', -1, { line: LINE })])).toEqual({ suspects: [], tooOld: false });
    expect(rank([finding('old', 120, { line: LINE, function: FUNCTION, file: 'a.py' })])).toEqual({
      suspects: [],
      tooOld: true,
    });
    expect(rank([finding('weak', 30)]).suspects).toEqual([]);
  });

  it('always gives reasons, in the language of the reader', () => {
    for (const language of ['en', 'fr'] as const) {
      for (const about of [
        { line: LINE },
        { function: FUNCTION, file: 'a.py' },
        { inRange: true },
        { file: 'a.py', names: [TOTAL, { ...TOTAL, name: 'x' }] },
      ]) {
        const [suspect] = rank([finding('bad', 2, about)], language).suspects;
        expect(suspect?.reasons.length).toBeGreaterThan(0);
        expect(suspect?.reasons.every((reason) => /[.]$/.test(reason))).toBe(true);
      }
    }
    const elsewhere = finding('bad', 1, { called: [TOTAL], names: [TOTAL], tookAway: [TOTAL] });
    expect(rank([elsewhere]).suspects[0]?.reasons.slice(0, 2)).toEqual([
      'It took away "total" (models.py), which the message names.',
      'It changed total in models.py, which the failing function calls.',
    ]);
    expect(
      rank([finding('bad', 1, { file: 'models.py', names: [TOTAL] })], 'fr').suspects[0]?.reasons.join(' '),
    ).toContain('Des lignes qu’il a modifiées contiennent « total » (models.py), comme le message.');
    expect(rank([finding('bad', 1, { line: LINE })], 'fr').suspects[0]?.reasons[0]).toContain('la ligne en échec');
  });
});
