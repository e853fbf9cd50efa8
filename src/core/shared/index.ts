export { type Clock, systemClock, toInstant } from './clock.ts';
export { type ErrorCode, GuardianError, toGuardianError } from './errors.ts';
export { LANGUAGES, type Messages, messagesFor, type PeopleLanguage, toPeopleLanguage } from './i18n/index.ts';
export { canonicalJson, shortHash } from './ids.ts';
