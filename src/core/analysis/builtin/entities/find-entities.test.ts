import { describe, expect, it } from 'vitest';
import { findEntities } from './find-entities.ts';

/** `type:text` of each entity. */
function found(text: string, people: string[] = []): string[] {
  return findEntities(text, people).map((entity) => `${entity.type}:${entity.text}`);
}

describe('finding entities', () => {
  it.each([
    ['db-2.prod.internal answered, www.example.com did not', ['host:db-2.prod.internal', 'host:www.example.com']],
    ['restart web-3 and localhost', ['host:web-3', 'host:localhost']],
    ['from 10.0.3.17 and fe80::1 to 2001:db8:0:0:0:0:0:1', ['ip:10.0.3.17', 'ip:fe80::1', 'ip:2001:db8:0:0:0:0:0:1']],
    ['version 2.4 after v1.9.3-rc.1, build 318', ['version:2.4', 'version:v1.9.3-rc.1', 'version:318']],
    [
      'java.lang.NullPointerException, then TypeError and ECONNREFUSED',
      ['error_class:java.lang.NullPointerException', 'error_class:TypeError', 'error_class:ECONNREFUSED'],
    ],
    ['trace_id=4bf92f3577b34da6a3ce929d0e0e4736 failed', ['trace_id:4bf92f3577b34da6a3ce929d0e0e4736']],
    ['request id: req-81c2f0aa', ['trace_id:req-81c2f0aa']],
    [
      'after 350 ms, 2.5s, eleven minutes and dix jours',
      ['duration:350 ms', 'duration:2.5s', 'duration:eleven minutes', 'duration:dix jours'],
    ],
    [
      'the payment-gateway calls nginx; the checkout service waits',
      ['service:payment-gateway', 'service:nginx', 'service:checkout service'],
    ],
    ['le service de facturation', ['service:service de facturation']],
    [
      'Mrs. Green met Marie Curie and Dr Paul Martin',
      ['person:Mrs. Green', 'person:Marie Curie', 'person:Dr Paul Martin'],
    ],
    ['my name is Oyelaran Adeyemi', ['person:Oyelaran Adeyemi']],
    [
      'she works for Acme Corp and the University of Leeds',
      ['organisation:Acme Corp', 'organisation:University of Leeds'],
    ],
    ['from New York to Hong Kong, then Japan', ['place:New York', 'place:Hong Kong', 'place:Japan']],
    ['12 rue de la République, near the National Museum', ['place:rue de la République', 'place:National Museum']],
    [
      'I read “The Old Man and the Sea” and « Le Petit Prince »',
      ['title:The Old Man and the Sea', 'title:Le Petit Prince'],
    ],
  ])('sees what stands in "%s"', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it.each([
    ['a time of day', 'at 12:30:45, à neuf heures, à 9 h'],
    ['an address out of range', 'the number 999.300.1.2.3 means nothing'],
    ['a file', 'open server.js and read.me then notes.txt'],
    ['an order that begins like a name', 'Mark the line. Will it work? Grant access.'],
    ['what somebody said', 'She said "Come here now" and left'],
    ['a number alone', 'we counted 12345 of 20000'],
    ['a German conjunction', 'Wasser und Brot'],
    ['a word all of one hexadecimal letter', `${'a'.repeat(32)} and ${'1'.repeat(32)}`],
  ])('is not taken in by %s', (_, text) => {
    expect(found(text)).toEqual([]);
  });

  it('knows who speaks, and takes a name that is a word where it is one', () => {
    expect(found('Please ask Zorblax about it', ['Zorblax'])).toEqual(['person:Zorblax']);
    expect(found('Please ask Mark about it')).toEqual(['person:Mark']);
    expect(found('Mark, your report is late')).toEqual(['person:Mark']);
  });

  it('lists each once, by first mention, whatever its case', () => {
    expect(found('nginx, Redis, NGINX and redis again, from Paris; PARIS')).toEqual([
      'service:nginx',
      'service:Redis',
      'place:Paris',
    ]);
  });

  it('never counts a place in the text twice', () => {
    expect(found('db-1.example.com:10.0.0.1')).toEqual(['host:db-1.example.com', 'ip:10.0.0.1']);
    expect(found('https://api-gateway.example.com/v2')).not.toContain('service:api-gateway');
  });

  it('stops at fifty', () => {
    const text = Array.from({ length: 200 }, (_, at) => `10.0.0.${at % 250}`).join(' ');
    expect(findEntities(text)).toHaveLength(50);
  });
});
