import { describe, expect, it } from 'vitest';
import { mailSubject } from './subject.ts';

const at = Date.UTC(2025, 9, 19, 12, 30);
const options = { tag: 'CODEX GPT', name: 'ÉMERGENCE', timeZone: 'Europe/Paris' };

describe('the subject of a mail', () => {
  it('says status, service and the local time of its readers', () => {
    expect(mailSubject('CRITICAL', at, options)).toBe('🚨 [CODEX GPT] Production CRITICAL - ÉMERGENCE (19/10 14:30)');
    expect(mailSubject('DEGRADED', at, { ...options, timeZone: 'UTC' })).toBe(
      '⚠️ [CODEX GPT] Production DEGRADED - ÉMERGENCE (19/10 12:30)',
    );
    expect(mailSubject('OK', at, options)).toContain('✅ [CODEX GPT] Production OK');
    expect(mailSubject('TEST', at, options)).toContain('📊 [CODEX GPT] Production TEST');
  });

  it('keeps midnight at 00, and the day of the zone', () => {
    expect(mailSubject('OK', Date.UTC(2025, 11, 31, 23, 5), options)).toContain('(01/01 00:05)');
  });

  it('lets no header in through the name', () => {
    expect(mailSubject('OK', at, { ...options, name: 'shop\r\nBcc: all@example.org\u2028x' })).not.toMatch(
      /[\r\n\u2028]/,
    );
  });
});
