import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLine } from './parse-line.ts';

const referenceTime = Date.UTC(2025, 9, 21);
const read = (line: string) => parseLine(line, { referenceTime });

describe('syslog', () => {
  it('reads RFC 5424 with structured data', () => {
    const parsed = read(
      '<165>1 2003-10-11T22:14:15.003Z web.example.com shop 42 ID47 [ex@1 a="b\\"c\\]" d="e"][other] \ufeffAn application event',
    );
    expect(parsed).toMatchObject({
      severityNumber: 10,
      severityText: 'notice',
      service: 'shop',
      instance: 'web.example.com',
      body: 'An application event',
    });
    expect(parsed.time).toBe(Date.UTC(2003, 9, 11, 22, 14, 15, 3));
    expect(parsed.attributes).toEqual({
      'ex@1.a': 'b"c]',
      'ex@1.d': 'e',
      'process.pid': '42',
      'syslog.msgid': 'ID47',
      'syslog.facility': 20,
    });
  });

  it.each([
    ['<34>Oct 11 22:14:15 web su: failed for x', 18, 'su', 'failed for x'],
    ['Oct 20 16:01:18 web app[123]: hello', 0, 'app', 'hello'],
    ['Oct  2 16:01:18 web kernel: [12.3] Out of memory', 0, 'kernel', '[12.3] Out of memory'],
    ['2025-10-20T16:01:18.121+00:00 web app[123]: hello', 0, 'app', 'hello'],
    ['<13>a message alone', 10, null, 'a message alone'],
  ])('reads %j', (line, severityNumber, service, body) => {
    expect(read(line)).toMatchObject({ format: 'syslog', severityNumber, service, body });
  });

  it('reads what the program itself wrote behind it', () => {
    expect(read('Oct 20 16:01:18 web app[1]: level=error msg="x y" k=v')).toMatchObject({
      severityNumber: 17,
      body: 'x y',
      service: 'app',
      instance: 'web',
      attributes: { k: 'v' },
    });
    expect(read('Oct 20 16:01:18 web app[1]: {"level":"warn","msg":"m"}')).toMatchObject({
      severityNumber: 13,
      body: 'm',
    });
  });

  it('takes the year in which the line may have been written', () => {
    expect(read('Dec 31 23:59:59 web app: x').time).toBe(Date.UTC(2024, 11, 31, 23, 59, 59));
    expect(read('Oct 21 12:00:00 web app: x').time).toBe(Date.UTC(2025, 9, 21, 12));
  });

  it('gives back what was rendered', () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9_.]{1,20}$/).filter((text) => text !== '-');
    const value = fc.string({ unit: 'grapheme', maxLength: 20 }).filter((text) => !/[\n\r\0\u001b]/.test(text));
    fc.assert(
      fc.property(
        fc.record({
          priority: fc.integer({ min: 0, max: 191 }),
          time: fc.date({ min: new Date('1990-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
          host: word,
          application: word,
          name: word,
          value,
          message: fc.stringMatching(/^[a-z]{1,10} [a-z ]{0,20}[a-z]$/),
        }),
        ({ priority, time, host, application, name, value: text, message }) => {
          const escaped = text.replace(/[\\"\]]/g, '\\$&');
          const parsed = read(
            `<${priority}>1 ${time.toISOString()} ${host} ${application} - - [id ${name}="${escaped}"] ${message}`,
          );
          expect(parsed).toMatchObject({
            format: 'syslog',
            time: time.getTime(),
            instance: host,
            service: application,
            body: message,
          });
          expect(parsed.attributes[`id.${name}`]).toBe(text);
        },
      ),
      { numRuns: 300 },
    );
  });
});
