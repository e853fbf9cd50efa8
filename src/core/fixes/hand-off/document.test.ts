import { describe, expect, it } from 'vitest';
import { LANGUAGES, messagesFor } from '../../shared/index.ts';
import { ASSIGNMENT_TOKENS, assignmentOf, branchOf } from './document.ts';
import { DEFAULT_GATE_KNOBS, gatesOf } from './gates.ts';

const signals = [
  'application-code',
  'deterministic-type',
  'input-captured',
  'one-service',
  'high-suspect',
  'test-command',
  'newly-deployed',
] as const;
const everything = {
  score: 30,
  points: signals.map((signal) => ({ signal, points: 10 })),
  cap: { reason: 'no-application-frame' as const, at: 30 },
};

describe('what is asked', () => {
  it.each(LANGUAGES)('keeps to its share of the document, in %s, at every level', (language) => {
    const messages = messagesFor(language);
    for (const score of [0, 40, 66, 78]) {
      const { level, markdown } = assignmentOf(
        { fixability: { ...everything, score } },
        { id: 'fix-0123456789ab', messages },
      );
      expect(Buffer.byteLength(markdown) / 4).toBeLessThan(ASSIGNMENT_TOKENS);
      expect(markdown).toContain(messages.fixes.assignment.level[level]);
      expect(markdown).toContain('fix-0123456789ab');
    }
  });

  it.each([
    ['SHOP-12', 'guardian/fix-shop-12'],
    ['--UPLOAD;rm -rf', 'guardian/fix-upload-rm-rf'],
    ['../..', 'guardian/fix-issue'],
    ['ÉTÉ-1', 'guardian/fix-t-1'],
  ])('of %j is kept as the branch %s', (shortId, branch) => {
    expect(branchOf(shortId)).toBe(branch);
  });
});

describe('the gate of hand-offs by itself', () => {
  const open = { isPublic: false, isNew: false, fixability: { score: 40, points: [], cap: null } };
  it.each([
    [open, 3, []],
    [open, 2, ['too-few-incidents']],
    [{ ...open, isNew: true }, 1, []],
    [{ ...open, isPublic: true }, 9, ['public-trust']],
    [{ ...open, fixability: { score: 39, points: [], cap: null } }, 9, ['fixability']],
    [
      { ...open, isPublic: true, fixability: { score: 39, points: [], cap: null } },
      2,
      ['public-trust', 'too-few-incidents', 'fixability'],
    ],
  ])('%#', (material, incidents, refusals) => {
    expect(gatesOf(material, { incidents }, DEFAULT_GATE_KNOBS)).toEqual(refusals);
  });
});
