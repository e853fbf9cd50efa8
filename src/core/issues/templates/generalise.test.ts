import { describe, expect, it } from 'vitest';
import { generalisationsOf } from './generalise.ts';
import { tokenize } from './tokenize.ts';

const sentencesOf = (message: string) =>
  generalisationsOf(tokenize(message)).map(({ likelihood, tokens }) => [
    likelihood,
    tokens()
      .map((token) => token.text)
      .join(' '),
  ]);

describe('sentences that a shape may be an instance of', () => {
  it('takes each place for a value, the surest reading first and each reading once', () => {
    expect(sentencesOf('session closed for user cyrus')).toEqual([
      ['sure', 'session closed for user <*>'],
      ['first', '<*> closed for user cyrus'],
      ['event', 'session <*> for user cyrus'],
      ['word', 'session closed for <*> cyrus'],
    ]);
  });

  it('takes all names at once, and a list of names for one value', () => {
    expect(sentencesOf('view acls to: marie,yarn')).toContainEqual(['likely', 'view acls to : <*>']);
    expect(sentencesOf('Registering class a.b.C for class d.e.F')).toContainEqual([
      'sure',
      'Registering class <*> for class <*>',
    ]);
  });

  it('leaves short messages alone', () => {
    expect(sentencesOf('Connection refused')).toEqual([]);
    expect(sentencesOf('')).toEqual([]);
  });
});
