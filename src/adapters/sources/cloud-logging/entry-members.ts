import { equalsAt } from './json-bytes.ts';

/** What is done with the members of LogEntry. `PLAIN` ones tell a report nothing on which an entry's quietness could hang. */
const UNKNOWN = 0;
export const PLAIN = 1;
export const LOG_NAME = 2;
export const SEVERITY = 3;
export const INSERT_ID = 4;
export const TIMESTAMP = 5;
export const HTTP_REQUEST = 6;
export const TEXT_PAYLOAD = 7;
export const JSON_PAYLOAD = 8;
const MEMBERS: [name: string, member: number][] = [
  ['resource', PLAIN],
  ['labels', PLAIN],
  ['trace', PLAIN],
  ['traceSampled', PLAIN],
  ['spanId', PLAIN],
  ['receiveTimestamp', PLAIN],
  ['sourceLocation', PLAIN],
  ['operation', PLAIN],
  ['logName', LOG_NAME],
  ['severity', SEVERITY],
  ['insertId', INSERT_ID],
  ['timestamp', TIMESTAMP],
  ['httpRequest', HTTP_REQUEST],
  ['textPayload', TEXT_PAYLOAD],
  ['jsonPayload', JSON_PAYLOAD],
];

/** The members by length, first and last letter, which tell them all apart; the rest of the name is then compared. */
const SLOTS = 1024;
const slotOf = (length: number, first: number, last: number) => (length * 7 + first * 31 + last * 13) & (SLOTS - 1);
const slotMember = new Uint8Array(SLOTS);
const slotName: (Uint8Array | null)[] = Array.from({ length: SLOTS }, () => null);
for (const [name, member] of MEMBERS) {
  const slot = slotOf(name.length, name.charCodeAt(0), name.charCodeAt(name.length - 1));
  if (slotName[slot]) throw new Error(`the members ${name} and ${slotName[slot]} share a slot`);
  slotMember[slot] = member;
  slotName[slot] = Buffer.from(name);
}

/** Which member of LogEntry the key `bytes[from..to)` names; 0 for one this reader does not know. */
export function memberOf(bytes: Uint8Array, from: number, to: number): number {
  const slot = slotOf(to - from, bytes[from]!, bytes[to - 1]!);
  const name = slotName[slot];
  return name && name.length === to - from && equalsAt(bytes, from, name) ? slotMember[slot]! : UNKNOWN;
}
