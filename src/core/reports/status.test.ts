import { describe, expect, it } from 'vitest';
import { messagesFor } from '../shared/index.ts';
import { DEFAULT_REPORT_KNOBS } from './knobs.ts';
import { judgeStatus, type StatusCounts } from './status.ts';

const english = messagesFor('en');

function judge(counts: Partial<StatusCounts>, knobs: Partial<typeof DEFAULT_REPORT_KNOBS> = {}) {
  return judgeStatus(
    { entries: 100, errors: 0, warnings: 0, signals: 0, ...counts },
    { ...DEFAULT_REPORT_KNOBS, ...knobs },
    english,
  );
}

describe('the status of a window', () => {
  it.each([
    [{ errors: 0 }, 'OK'],
    [{ errors: 1 }, 'OK'],
    [{ errors: 2 }, 'DEGRADED'],
    [{ errors: 5 }, 'DEGRADED'],
    [{ errors: 6 }, 'CRITICAL'],
    [{ warnings: 3 }, 'OK'],
    [{ warnings: 4 }, 'DEGRADED'],
    [{ warnings: 4000 }, 'DEGRADED'],
    [{ signals: 1 }, 'CRITICAL'],
  ])('is strict about "more than": %j is %s', (counts, status) => {
    expect(judge(counts).status).toBe(status);
  });

  it('names the rule that decided with its numbers, never a counter that decided nothing (row 21)', () => {
    expect(judge({ errors: 3 })).toEqual({ status: 'DEGRADED', reasons: ['3 errors, more than 1'] });
    expect(judge({ warnings: 4 })).toEqual({ status: 'DEGRADED', reasons: ['4 warnings, more than 3'] });
  });

  it('lets the worst win, and gives only the reasons of that status (row 28)', () => {
    expect(judge({ errors: 12, warnings: 9, signals: 1 })).toEqual({
      status: 'CRITICAL',
      reasons: ['12 errors, more than 5', '1 critical signal, more than 0'],
    });
  });

  it('says why it is OK, and that a window without entries had none', () => {
    expect(judge({ errors: 1 }).reasons).toEqual([
      '1 error, not more than 1',
      '0 warnings, not more than 3',
      '0 critical signals, not more than 0',
    ]);
    expect(judge({ entries: 0 })).toEqual({ status: 'OK', reasons: ['no entries'] });
  });

  it('says it in French', () => {
    const { reasons } = judgeStatus(
      { entries: 9, errors: 2, warnings: 0, signals: 0 },
      DEFAULT_REPORT_KNOBS,
      messagesFor('fr'),
    );
    expect(reasons).toEqual(['2 erreurs, plus de 1']);
  });

  it('follows its knobs', () => {
    expect(judge({ errors: 6 }, { criticalAboveErrors: 6 }).status).toBe('DEGRADED');
    expect(judge({ signals: 1 }, { criticalAboveSignals: 1 }).status).toBe('OK');
  });
});
