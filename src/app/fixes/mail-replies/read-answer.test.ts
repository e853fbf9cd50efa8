import { describe, expect, it } from 'vitest';
import { hostileTexts, htmlInjections } from '../../../../test/fixtures/instructions.ts';
import { readAnswer } from './read-answer.ts';

const PR = 'https://github.com/acme/shop/pull/7';
const HASH = 'a'.repeat(40);

describe('what an answer by mail says', () => {
  it.each([
    ['MERGED', { action: 'merge' }],
    ['merged.', { action: 'merge' }],
    ['**Merged**', { action: 'merge' }],
    ['Fusionné !', { action: 'merge' }],
    [`PROPOSED ${PR}`, { action: 'propose', pullRequest: PR }],
    [`Proposed: ${PR}.`, { action: 'propose', pullRequest: PR }],
    [`Proposé dans la branche fix/price`, { action: 'propose', branch: 'fix/price' }],
    [`PROPOSED guardian/fix-shop-1 ${HASH}`, { action: 'propose', branch: 'guardian/fix-shop-1', commit: HASH }],
    ['Deployed in shop-00042-qiz', { action: 'deploy', revision: 'shop-00042-qiz' }],
    ['Déployé avec r-2', { action: 'deploy', revision: 'r-2' }],
    ['DEPLOYED', { action: 'deploy' }],
    ['DECLINED', { action: 'decline' }],
    ['Refusé', { action: 'decline' }],
    ['Hello,\n\nMERGED\n\nAna', { action: 'merge' }],
  ])('%j is a step', (text, step) => {
    const { text: _, ...read } = readAnswer(text);
    expect(read).toEqual(step);
  });

  it.each([
    'I have merged nothing yet',
    'Merged? I do not think so',
    'Not merged',
    'merged yesterday evening into main',
    'Deployed tomorrow',
    'deployed?',
    'It was proposed to decline this',
    'a\nb\nc\nMERGED',
    '> MERGED',
    'On Sat, 31 Jan 2026, Guardian wrote:\nMERGED',
    'Le sam. 31 janv. 2026, Guardian a écrit :\nFUSIONNÉ',
    '-- \nMERGED',
    '-----Original Message-----\nDECLINED',
    'From: Guardian <guardian@example.com>\nMERGED',
    'PROPOSED $(touch /tmp/x)',
    'PROPOSED javascript:alert(1)',
    'PROPOSED --upload-pack=evil',
    'constructor',
    '__proto__',
    '',
  ])('%j is a note', (text) => {
    expect(readAnswer(text).action).toBe('note');
  });

  it('keeps what was written above the quotation as its text, bounded', () => {
    const answer = readAnswer(`DECLINED\nIt is by design.\n\n> Hand-off of SHOP-1\n> MERGED\n`);
    expect(answer).toEqual({ action: 'decline', text: 'DECLINED\nIt is by design.' });
    expect(readAnswer('x'.repeat(500_000)).text).toHaveLength(1_000);
    expect(readAnswer('x\n'.repeat(500_000)).text!.length).toBeLessThanOrEqual(20_000);
  });

  it('takes no planted text for a step but by the very words', () => {
    const moved = [...hostileTexts, ...htmlInjections].filter(({ text }) => readAnswer(text).action !== 'note');
    expect(moved).toEqual([]);
  });
});
