import { expect, it } from 'vitest';
import { cutToSegments } from './segments.ts';

it('leaves what fits into one segment', () => {
  expect(cutToSegments('x'.repeat(160), 3)).toBe('x'.repeat(160));
  expect(cutToSegments('Ébène à 28,5 %', 3)).toBe('Ébène à 28,5 %');
});

it('counts characters of the extended table twice', () => {
  expect(cutToSegments('€'.repeat(100), 1)).toBe(`${'€'.repeat(78)}...`);
});

it('cuts at three joined segments, 153 characters each, or 67 outside GSM', () => {
  expect(cutToSegments('a'.repeat(1_000), 3)).toHaveLength(459);
  const other = cutToSegments('ж'.repeat(1_000), 3);
  expect(other).toHaveLength(201);
  expect(other.endsWith('...')).toBe(true);
});

it('does not let typographic quotes and dashes double the price', () => {
  expect(cutToSegments('“l’été” – fin…', 1)).toBe('"l\'été" - fin...');
});
