import { describe, expect, it } from 'vitest';
import { claimAgreement, conceptOverlap, majorityShare } from './agreement.ts';

const claim = (...stances: ('agree' | 'disagree' | 'unclear')[]) => ({ stances });

describe('agreement', () => {
  it('over claims is the mean share of the majority stance', () => {
    expect(claimAgreement([claim('agree', 'agree', 'agree')])).toBe(1);
    expect(claimAgreement([claim('disagree', 'disagree')])).toBe(1);
    expect(claimAgreement([claim('agree', 'disagree'), claim('agree', 'agree')])).toBe(0.75);
    expect(claimAgreement([claim('agree', 'agree', 'disagree'), claim('disagree', 'agree', 'disagree')])).toBeCloseTo(
      2 / 3,
    );
  });

  it('is none where all are unclear: not to know is no stance', () => {
    expect(majorityShare(claim('unclear', 'unclear'))).toBe(0);
    expect(majorityShare(claim('agree', 'unclear'))).toBe(0.5);
  });

  it('is not known without claims or with one voice', () => {
    expect(claimAgreement([])).toBeNull();
    expect(claimAgreement([claim('agree')])).toBeNull();
    expect(conceptOverlap(['The payment service times out.'])).toBeNull();
  });

  it('between rounds is the overlap of concepts, whichever words of a family they take', () => {
    const one = 'The payment timeout of the checkout service is caused by the new connection pool.';
    expect(conceptOverlap([one, one, one])).toBe(1);
    const other = 'Invoices in German are printed with a wrong date format on old printers.';
    expect(conceptOverlap([one, other])).toBeLessThan(0.2);
    const near = 'Payment timeouts of the checkout services are caused by the new connection pools.';
    expect(conceptOverlap([one, near])).toBeGreaterThan(0.8);
    expect(conceptOverlap([one, near, other])).toBeLessThan(conceptOverlap([one, near])!);
  });

  it('of texts without any concept is none', () => {
    expect(conceptOverlap(['!!', '??'])).toBe(0);
  });
});
