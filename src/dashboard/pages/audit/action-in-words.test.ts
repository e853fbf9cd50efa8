import { expect, it } from 'vitest';
import { audit as english } from '../../i18n/en/audit.ts';
import { audit as french } from '../../i18n/fr/audit.ts';
import { actionInWords } from './action-in-words.ts';

const said = (action: string, object: string, words: typeof english) => {
  const { what, object: named } = actionInWords({ action, object }, words);
  return [what, named].filter((part) => part !== null).join(' ');
};

it('a look at the users of all services is told as that, never as one of “*”', () => {
  expect(said('usage users viewed', '*', english)).toBe('looked at the list of users of all services');
  expect(said('usage users viewed', '*', french)).toBe('a consulté la liste des utilisateurs de tous les services');
  expect(said('usage users viewed', 'shop', english)).toBe('looked at the list of users of shop');
  expect(said('usage users viewed', 'shop', french)).toBe('a consulté la liste des utilisateurs de shop');
});

it('what has no words is told as it is, hostile texts on one visible line', () => {
  expect(said('ate the\nlog', '*', english)).not.toContain('\n');
  expect(said('ate the log', '*', english)).toBe('ate the log *');
});
