import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exception } from '../../../../test/fixtures/understanding.ts';
import type { Language } from '../../events/index.ts';
import { LANGUAGES, messagesFor } from '../../shared/index.ts';
import { lastNamePart } from '../last-name-part.ts';
import { FIX_CATALOGUE } from './fix-catalogue.ts';
import { matchFix } from './match-fix.ts';

const match = (language: Language | null, type: string | null, message: string | null = null) =>
  matchFix([exception({ language, type, message })]);

describe('the catalogue of fixes', () => {
  it.each<[Language, string | null, string | null, string]>([
    ['python', 'KeyError', "'CHF'", 'missingKey'],
    ['python', 'AttributeError', "'NoneType' object has no attribute 'id'", 'attributeOfNone'],
    ['python', 'AttributeError', "'Cart' object has no attribute 'sum'", 'missingAttribute'],
    ['python', 'TypeError', "unsupported operand type(s) for +: 'NoneType' and 'int'", 'operationOnNone'],
    ['python', 'json.decoder.JSONDecodeError', 'Expecting value: line 1 column 1', 'invalidJson'],
    ['python', 'UnicodeDecodeError', null, 'wrongEncoding'],
    ['python', 'RecursionError', null, 'endlessRecursion'],
    ['python', 'ModuleNotFoundError', null, 'missingModule'],
    ['python', 'sqlalchemy.exc.IntegrityError', null, 'constraintViolated'],
    ['python', 'sqlalchemy.exc.OperationalError', null, 'databaseUnavailable'],
    ['python', 'asyncio.exceptions.TimeoutError', null, 'timeout'],
    ['node', 'TypeError', "Cannot read properties of undefined (reading 'id')", 'undefinedProperty'],
    ['node', 'TypeError', 'cart.total is not a function', 'notAFunction'],
    ['node', 'Error', 'connect ECONNREFUSED 127.0.0.1:5432', 'connectionRefused'],
    ['node', 'RangeError', 'Maximum call stack size exceeded', 'endlessRecursion'],
    ['node', 'SyntaxError', 'Unexpected token < in JSON at position 0', 'invalidJson'],
    ['java', 'java.lang.NullPointerException', null, 'nullReference'],
    ['java', 'java.lang.ClassCastException', null, 'wrongCast'],
    ['java', 'java.lang.OutOfMemoryError', 'Java heap space', 'outOfMemory'],
    ['java', 'java.lang.ArrayIndexOutOfBoundsException', null, 'missingIndex'],
    ['go', 'panic', 'runtime error: invalid memory address or nil pointer dereference', 'nilPointer'],
    ['go', null, 'runtime error: index out of range [5] with length 3', 'missingIndex'],
    ['go', null, 'fatal error: all goroutines are asleep - deadlock!', 'deadlock'],
  ])('knows %s %s %s as %s', (language, type, message, fix) => {
    expect(match(language, type, message)).toBe(fix);
  });

  it('compares types exactly and by language', () => {
    expect(match('python', 'MyKeyError')).toBeNull();
    expect(match('java', 'KeyError')).toBeNull();
    expect(match('python', 'Error', 'ECONNREFUSED')).toBeNull();
    expect(match(null, 'NullPointerException')).toBe('nullReference');
  });

  it('looks at the root cause first', () => {
    const raised = exception({ language: 'java', type: 'java.lang.IllegalStateException' });
    const cause = exception({ language: 'java', type: 'java.lang.NullPointerException', relation: 'cause' });
    const unknown = exception({ language: 'java', type: 'com.example.Odd', relation: 'cause' });
    expect(matchFix([raised, cause])).toBe('nullReference');
    expect(matchFix([raised, unknown])).toBe('badState');
    expect(matchFix([])).toBeNull();
  });

  it('knows more than 24 error types of four languages', () => {
    const types = new Set(FIX_CATALOGUE.flatMap((rule) => [...(rule.types ?? [rule.message?.source])]));
    expect(types.size).toBeGreaterThanOrEqual(24);
    const languages = new Set(FIX_CATALOGUE.flatMap((rule) => rule.languages));
    expect([...languages].sort()).toEqual(['browser', 'go', 'java', 'node', 'python']);
  });

  it('uses each of its texts, and has each in both languages', () => {
    const used = new Set(FIX_CATALOGUE.map((rule) => rule.fix));
    for (const language of LANGUAGES) {
      const { fixes } = messagesFor(language).suggestedFixes;
      expect(new Set(Object.keys(fixes))).toEqual(used);
      for (const text of Object.values(fixes)) expect(text.length).toBeGreaterThan(40);
    }
    expect(messagesFor('fr').suggestedFixes.fixes.missingKey).not.toBe(
      messagesFor('en').suggestedFixes.fixes.missingKey,
    );
  });

  it('answers any exception without failing', () => {
    fc.assert(
      fc.property(fc.option(fc.string()), fc.option(fc.string()), (type, message) => {
        match(null, type, message);
        expect(typeof lastNamePart(type ?? '')).toBe('string');
      }),
    );
  });
});
