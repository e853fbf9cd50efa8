import { describe, expect, it } from 'vitest';
import { messagesFor } from '../shared/index.ts';
import { doneWhen } from './done-when.ts';
import { DEFAULT_REPORT_KNOBS } from './knobs.ts';

describe('when an issue is done', () => {
  it('is told in both languages with the knobs', () => {
    expect(doneWhen(DEFAULT_REPORT_KNOBS, messagesFor('en'))).toContain('silent for 24 h and 100 requests');
    expect(doneWhen(DEFAULT_REPORT_KNOBS, messagesFor('fr'))).toContain('silencieuse pendant 24 h et 100 requêtes');
  });

  it('says how long without requests only where that is another time', () => {
    const knobs = { silentHours: 1, silentRequests: 20, silentHoursAlone: 24 };
    expect(doneWhen(knobs, messagesFor('en'))).toContain(
      'silent for 1 h and 20 requests (24 h where nobody counts requests) on a revision',
    );
  });
});
