import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskMessage } from './mask-message.ts';
import { tokenize } from './tokenize.ts';

const hostileSign = fc.constantFrom(...'aZ09 .:,;()[]{}<>/\\\'"`#@$|~^+-_=*!?\t\r\n\u0000\u2028é', '😀', '\ud83d');

const structureOf = (message: string) =>
  tokenize(maskMessage(message))
    .map((token) => (token.kind === 'variable' ? '*' : token.text))
    .join(' ');

const EXAMPLES: [message: string, structure: string][] = [
  ['onExtend:1514038530000 14 0 4', 'onExtend : *'],
  ['totals=1514##6993##548365', 'totals = *'],
  ['ask 10.0.0.1:50010 to delete blk_1 blk_-2 blk_3', 'ask * to delete *'],
  ['close, 1190 bytes (1.16 KB) sent', 'close , * sent'],
  ['close, 1190 bytes sent', 'close , * sent'],
  ['lifetime <1 sec', 'lifetime *'],
  ['connection from 10.0.0.1 () at 12:30', 'connection from * at *'],
  ['clear() done', 'clear ( ) done'],
  ['stats=[] name="" x', 'stats = * name = * x'],
  ["can't open '/etc/x.conf'", "can't open ' * '"],
  ['GET /v2/items?id=a&x=y HTTP/1.1', 'GET *'],
  ['user=root opened C:\\Windows\\x', 'user = root opened *'],
  ['enabled: true, parent=null, set to FALSE', 'enabled : * , parent = * , set to *'],
  ['input/output is over...', 'input/output is over'],
];

describe('the structure of a message', () => {
  it.each(EXAMPLES)('of %j', (message, structure) => {
    expect(structureOf(message)).toBe(structure);
  });

  it('never throws and never makes more tokens than characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: hostileSign, maxLength: 200 }), (text) => {
        expect(tokenize(text).length).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
