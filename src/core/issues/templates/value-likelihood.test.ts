import { describe, expect, it } from 'vitest';
import { tokenize } from './tokenize.ts';
import { isGluedPair, isNameWithValue, valueLikelihoods } from './value-likelihood.ts';

function likelihoodOf(message: string, word: string): string | undefined {
  const tokens = tokenize(message);
  return valueLikelihoods(tokens)[tokens.findIndex((token) => token.text === word)];
}

describe('how much a word looks like a value', () => {
  it.each([
    ['session closed for user cyrus', 'cyrus', 'sure'],
    ['Failed password for root from here', 'root', 'sure'],
    ["bean 'orders' is not eligible", 'orders', 'sure'],
    ['wakes up by a timer', 'a', 'never'],
    ['status=open now', 'open', 'likely'],
    ['opened (orders) again', 'orders', 'likely'],
    ['class loader org.example.Loader gone', 'org.example.Loader', 'likely'],
    ['view acls to: marie,yarn', 'yarn', 'likely'],
    ['the job orders is slow', 'orders', 'word'],
    ['queue orders: none waiting', 'orders', 'word'],
    ['state=RUNNING again', 'RUNNING', 'word'],
    ['VM Started again', 'Started', 'event'],
    ['cupsd startup succeeded', 'cupsd', 'first'],
    ['mail.service: failed', 'mail.service', 'likely'],
    ['moved from NEW to DONE', 'NEW', 'never'],
    ['set user=root now', 'user', 'never'],
    ['error: gone', 'error', 'never'],
  ])('%j: %s is %s', (message, word, likelihood) => {
    expect(likelihoodOf(message, word)).toBe(likelihood);
  });

  it('knows a name with its value', () => {
    expect(isGluedPair(tokenize('wpad:<int> error'), 0)).toBe(true);
    expect(isGluedPair(tokenize('wpad: <int> error'), 0)).toBe(false);
    expect(isNameWithValue(tokenize('miss orders_total:<int>'), 1)).toBe(true);
    expect(isNameWithValue(tokenize('miss len:<int>'), 1)).toBe(false);
  });
});
