import { describe, expect, it } from 'vitest';
import { createBreaker } from './breaker.ts';

function breakerAt(start = 1_000_000) {
  let now = start;
  const breaker = createBreaker({ clock: { now: () => now } });
  const fail = (retryAfterMs: number | null = null) => breaker.pass()!.failed(retryAfterMs);
  const succeed = () => breaker.pass()!.succeeded();
  return {
    breaker,
    fail,
    succeed,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

describe('a breaker', () => {
  it('opens after three failures in a row, not after two and a success', () => {
    const { breaker, fail, succeed } = breakerAt();
    fail();
    fail();
    succeed();
    fail();
    fail();
    expect(breaker.view()).toEqual({ state: 'closed', failuresInARow: 2, openForMs: 0 });
    fail();
    expect(breaker.view()).toEqual({ state: 'open', failuresInARow: 0, openForMs: 30_000 });
    expect(breaker.pass()).toBeNull();
  });

  it('opens when more than half of at least ten calls of a minute failed', () => {
    const { breaker, fail, succeed } = breakerAt();
    const alternating = () => {
      fail();
      succeed();
    };
    for (let pair = 0; pair < 5; pair++) alternating();
    expect(breaker.view().state).toBe('closed');
    fail();
    expect(breaker.view().state).toBe('open');
  });

  it('counts the calls of the last minute only', () => {
    const { breaker, fail, succeed, pass } = breakerAt();
    for (let pair = 0; pair < 4; pair++) {
      fail();
      succeed();
    }
    fail();
    pass(61_000);
    succeed();
    fail();
    fail();
    expect(breaker.view().state).toBe('closed');
  });

  it('opens at once on a 429 that says when to come again, and stays open for as long as that', () => {
    const { breaker, fail, pass } = breakerAt();
    fail(90_000);
    expect(breaker.view()).toMatchObject({ state: 'open', openForMs: 90_000 });
    pass(89_999);
    expect(breaker.pass()).toBeNull();
    pass(1);
    expect(breaker.pass()).not.toBeNull();
  });

  it('lets the later deadline win, whichever comes first', () => {
    const short = breakerAt();
    short.fail(5_000);
    expect(short.breaker.view().openForMs).toBe(30_000);

    const late = breakerAt();
    const [first, second, third] = [late.breaker.pass()!, late.breaker.pass()!, late.breaker.pass()!];
    first.failed(120_000);
    second.failed(60_000);
    expect(late.breaker.view().openForMs).toBe(120_000);
    third.failed(200_000);
    expect(late.breaker.view().openForMs).toBe(200_000);
  });

  it('believes no Retry-After beyond a day', () => {
    const { breaker, fail } = breakerAt();
    fail(10 * 365 * 86_400_000);
    expect(breaker.view().openForMs).toBe(86_400_000);
  });

  it('lets one probe through when half open, and closes on its success', () => {
    const { breaker, fail, pass } = breakerAt();
    fail(1);
    pass(30_000);
    expect(breaker.view().state).toBe('half-open');
    const probe = breaker.pass();
    expect(probe).not.toBeNull();
    expect(breaker.pass()).toBeNull();
    expect(breaker.pass()).toBeNull();
    probe!.succeeded();
    expect(breaker.view().state).toBe('closed');
    expect(breaker.pass()).not.toBeNull();
  });

  it('doubles its time with each failed probe up to five minutes, and begins anew once closed', () => {
    const { breaker, fail, pass } = breakerAt();
    fail(1);
    const spans = [breaker.view().openForMs];
    for (let probe = 0; probe < 5; probe++) {
      pass(breaker.view().openForMs);
      fail();
      spans.push(breaker.view().openForMs);
    }
    expect(spans).toEqual([30_000, 60_000, 120_000, 240_000, 300_000, 300_000]);
    pass(300_000);
    breaker.pass()!.succeeded();
    fail(1);
    expect(breaker.view().openForMs).toBe(30_000);
  });

  it('gives the probe to the next caller when the one who had it left', () => {
    const { breaker, fail, pass } = breakerAt();
    fail(1);
    pass(30_000);
    breaker.pass()!.left();
    expect(breaker.view().state).toBe('half-open');
    breaker.pass()!.succeeded();
    expect(breaker.view().state).toBe('closed');
  });

  it('counts a caller who left neither way', () => {
    const { breaker, fail } = breakerAt();
    fail();
    fail();
    for (let call = 0; call < 20; call++) breaker.pass()!.left();
    expect(breaker.view()).toMatchObject({ state: 'closed', failuresInARow: 2 });
    fail();
    expect(breaker.view().state).toBe('open');
  });

  it('is not changed by calls that began before it opened', () => {
    const { breaker, fail, pass } = breakerAt();
    const early = [breaker.pass()!, breaker.pass()!, breaker.pass()!, breaker.pass()!];
    fail(1);
    early[0]!.succeeded();
    expect(breaker.view().state).toBe('open');
    for (const call of early.slice(1)) call.failed(null);
    expect(breaker.view().openForMs).toBe(30_000);
    pass(30_000);
    fail();
    expect(breaker.view().openForMs).toBe(60_000);
  });

  it('is not opened for shorter or longer by a wall clock that is set', () => {
    let wall = 5_000_000;
    let steady = 0;
    const breaker = createBreaker({ clock: { now: () => wall, steady: () => steady } });
    breaker.pass()!.failed(1);
    wall += 86_400_000;
    expect(breaker.view().state).toBe('open');
    steady += 30_000;
    expect(breaker.view().state).toBe('half-open');
  });
});
