import { describe, expect, it } from 'vitest';
import { messagesFor } from '../shared/index.ts';
import { doneWhen } from './done-when.ts';
import { DEFAULT_REPORT_KNOBS } from './knobs.ts';

describe('when an issue is done', () => {
  it('is told in both languages with the knobs', () => {
    expect(doneWhen(DEFAULT_REPORT_KNOBS, messagesFor('en'))).toContain('silent for 24 h and 100 requests');
    expect(doneWhen(DEFAULT_REPORT_KNOBS, messagesFor('fr'))).toContain('silencieuse pendant 24 h et 100 requêtes');
  });
});
