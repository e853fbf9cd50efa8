import { expect, it } from 'vitest';
import { splitCommand } from './split-command.ts';

it.each([
  ['npm test', ['npm', 'test']],
  ['  pytest  -k "not slow" tests/a.py ', ['pytest', '-k', 'not slow', 'tests/a.py']],
  ["go test -run='^Test A$' ./x", ['go', 'test', '-run=^Test A$', './x']],
  ['npm run "" x', ['npm', 'run', '', 'x']],
])('parts %j into words', (line, words) => {
  expect(splitCommand(line)).toEqual(words);
});

it.each([
  '',
  'npm test; rm x',
  'npm test && x',
  'echo $HOME',
  'echo `id`',
  'echo "$HOME"',
  'ls *',
  'a | b',
  'a > b',
  "it's",
  'a\nb',
  'a \\b',
])('leaves %j to nobody: a shell would read it differently', (line) => {
  expect(splitCommand(line)).toBeNull();
});
