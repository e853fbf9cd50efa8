import type { EntityFinder, FoundEntity } from './entity.ts';
import { SERVICES } from './names.ts';

/** Numbers as words that stand before a unit of time. */
const NUMBER_WORDS =
  'one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|sixty|ninety|un|une|deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente|quarante|soixante';
const UNITS =
  'milliseconds?|microseconds?|seconds?|minutes?|hours?|days?|weeks?|months?|years?|ms|µs|us|ns|secs?|mins?|hrs?|millisecondes?|secondes?|heures?|jours?|semaines?|mois|ans?|années?|h|s|d|min';
const DURATION = new RegExp(
  `(?<![\\p{L}\\p{N}.,:/-])(?:\\d{1,9}(?:[.,]\\d{1,6})?[ \\u00a0\\u202f-]?|(?:${NUMBER_WORDS})[ -])(?:${UNITS})(?![\\p{L}\\p{N}])`,
  'giu',
);
const IPV4 = /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?!\.?\d)/g;
const IPV6 = /(?<![\p{L}\p{N}:.])[0-9a-f:]{2,39}(?![\p{L}\p{N}:])/giu;
const VERSION =
  /(?<![\p{L}\p{N}.-])v?\d{1,5}(?:\.\d{1,6}){2,3}(?:[-+][0-9a-z.-]{1,30}[0-9a-z])?(?![\p{L}\p{N}])(?!\.\d)/giu;
const PREFIXED_VERSION = /(?<![\p{L}\p{N}.-])v\d{1,5}(?:\.\d{1,6})?(?![\p{L}\p{N}.]\d)(?![\p{L}\p{N}])/gu;
const NAMED_VERSION =
  /(?<![\p{L}\p{N}])(?:versions?|releases?|build|révision|revision)[ :#]{1,3}(?<value>\d{1,10}(?:\.\d{1,6}){0,3}(?:-[0-9a-z]{1,20})?)(?![\p{L}\p{N}])/giu;
const ERROR_CLASS =
  /(?<![\p{L}\p{N}_])(?:[a-z][\w]{0,40}\.){0,8}[A-Z][A-Za-z0-9]{1,80}(?:Error|Exception|Fault|Failure|Interrupt)(?![\p{L}\p{N}_])/gu;
const ERROR_CODE =
  /(?<![\p{L}\p{N}_])(?:E(?:CONN|ADDR|HOST|NET|PIPE|TIMED|NOENT|ACCES|PERM|MFILE|NOSPC|EXIST|AI_)[A-Z]*|ORA-\d{5}|SIG(?:KILL|SEGV|ABRT|BUS|TERM))(?![\p{L}\p{N}_])/gu;
const HEX_ID = /(?<![\p{L}\p{N}_-])[0-9a-f]{32}(?![\p{L}\p{N}_-])/giu;
const UUID = /(?<![\p{L}\p{N}-])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![\p{L}\p{N}-])/giu;
const NAMED_TRACE =
  /(?:trace|span|request|correlation|req)[ _-]?id["']?[ ]{0,3}[:=]?[ ]{0,3}["']?(?<value>[0-9a-z][0-9a-z-]{6,63})(?![\p{L}\p{N}_-])/giu;
const HOST =
  /(?<![\p{L}\p{N}@._/-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}(?:com|org|net|io|dev|app|fr|eu|uk|de|cloud|internal|local|lan|edu|gov|ca|ch|be|ai|co|info|example|test|invalid|us|es|it|nl|jp|cn|in|svc)(?![\p{L}\p{N}_-])(?!\.[\p{L}\p{N}])/giu;
const NUMBERED_HOST =
  /(?<![\p{L}\p{N}._/-])(?:localhost|(?:web|db|app|api|node|worker|host|srv|server|cache|redis|pg|primary|replica|edge|proxy|kafka)-?\d{1,4}|ip-\d{1,3}(?:-\d{1,3}){3})(?![\p{L}\p{N}_-])/giu;
const NAMED_SERVICE =
  /(?<![\p{L}\p{N}_/.-])[a-z][a-z0-9]{0,30}(?:-[a-z0-9]{1,30}){0,5}-(?:service|svc|api|worker|gateway|server|proxy|job|queue|cache|db|daemon|agent|consumer|scheduler|frontend|backend|exporter|operator)(?![\p{L}\p{N}_-])/gu;
const SPOKEN_SERVICE =
  /(?<![\p{L}\p{N}-])(?<name>[a-z][a-z-]{2,25}) (?:service|worker|gateway|microservice)(?![\p{L}\p{N}-])/giu;
const FRENCH_SERVICE =
  /(?<![\p{L}\p{N}-])(?:service|microservice|passerelle|serveur) (?:de |d['’])[\p{Ll}-]{3,25}(?![\p{L}\p{N}-])/gu;
const WORD = /[\p{L}][\p{L}\p{N}]{1,20}/gu;
const NOT_A_SERVICE =
  /^(?:the|this|that|each|every|our|your|their|its|his|her|any|no|one|another|same|new|old|customer|room|good|bad|public|military|social|self|whole|first|last|other|some|which|what|and|for|per|of|in|to|from|with|a|an|is|was|health|civil|secret|great|excellent|poor|better|phone|car|night|real|key)$/i;

/** IP addresses, versions, durations, trace ids, error classes, hosts and services. Each expression is linear in the text. */
export const findTechnical: EntityFinder = function* (text) {
  yield* all(text, 'trace_id', UUID);
  for (const found of all(text, 'trace_id', HEX_ID))
    if (/[a-f]/i.test(found.text) && /\d/.test(found.text)) yield found;
  for (const found of named(text, 'trace_id', NAMED_TRACE)) if (/\d/.test(found.text)) yield found;
  yield* all(text, 'ip', IPV4);
  for (const found of all(text, 'ip', IPV6)) if (isIpv6(found.text)) yield found;
  yield* all(text, 'version', VERSION);
  yield* all(text, 'version', PREFIXED_VERSION);
  yield* named(text, 'version', NAMED_VERSION);
  yield* all(text, 'error_class', ERROR_CLASS);
  yield* all(text, 'error_class', ERROR_CODE);
  yield* all(text, 'host', HOST);
  yield* all(text, 'host', NUMBERED_HOST);
  for (const found of all(text, 'duration', DURATION)) if (!isTimeOfDay(text, found)) yield found;
  yield* findServices(text);
};

function* findServices(text: string): Iterable<FoundEntity> {
  yield* all(text, 'service', NAMED_SERVICE);
  for (const match of text.matchAll(SPOKEN_SERVICE)) {
    if (!NOT_A_SERVICE.test(match.groups!.name!)) yield { text: match[0], type: 'service', at: match.index };
  }
  yield* all(text, 'service', FRENCH_SERVICE);
  for (const match of text.matchAll(WORD)) {
    if (SERVICES.has(match[0].toLowerCase())) yield { text: match[0], type: 'service', at: match.index };
  }
}

/** "à neuf heures" says when, not how long. */
function isTimeOfDay(text: string, { text: duration, at }: FoundEntity): boolean {
  return (
    /(?:\dh| h|heures?)$/i.test(duration) &&
    /(?:^|[\s(])(?:à|vers|dès|entre|et|jusqu['’]à) $/i.test(text.slice(Math.max(0, at - 8), at))
  );
}

function* all(text: string, type: FoundEntity['type'], pattern: RegExp): Iterable<FoundEntity> {
  for (const match of text.matchAll(pattern)) yield { text: match[0], type, at: match.index };
}

/** The named group `value` of each match, at its own place. */
function* named(text: string, type: FoundEntity['type'], pattern: RegExp): Iterable<FoundEntity> {
  for (const match of text.matchAll(pattern)) {
    const value = match.groups!.value!;
    yield { text: value, type, at: match.index + match[0].lastIndexOf(value) };
  }
}

/** Eight groups, or fewer around one `::`; a time of day has two colons and is none. */
function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (groups.length === 0 || groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return false;
  return halves.length === 2 ? groups.length < 8 && /[0-9a-f]/i.test(text) : groups.length === 8;
}
