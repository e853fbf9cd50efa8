import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../events/index.ts';
import { redactAll } from './redact-all.ts';

const redactor = createRedactor();

describe('redaction of a long conversation', () => {
  it('reaches its end, and cuts nothing of it', () => {
    const lines = Array.from(
      { length: 30_000 },
      (_, index) => `Ana says line ${index} of the talk, token=abc${index}secretvalue`,
    );
    const redacted = redactAll(lines.join('\n'), redactor).split('\n');
    expect(redacted).toHaveLength(30_000);
    expect(redacted.filter((line) => !line.endsWith('token=[redacted:token]'))).toEqual([]);
    expect(redacted.at(-1)).toContain('line 29999');
  });

  it('cuts and marks one line that is too long, and goes on after it', () => {
    const redacted = redactAll(`first\n${'word '.repeat(100_000)}\npassword=hunter2secret`, redactor);
    expect(redacted.startsWith('first\nword ')).toBe(true);
    expect(redacted).toContain('[redacted:too-long]');
    expect(redacted.endsWith('\npassword=[redacted:password]')).toBe(true);
  });

  it('leaves a short text to the redactor as it is', () => {
    expect(redactAll('', redactor)).toBe('');
    expect(redactAll('a\n\nb\n', redactor)).toBe('a\n\nb\n');
  });
});
