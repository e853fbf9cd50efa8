export { chanceInWords } from './chance.ts';
export { type Clock, steadyNow, systemClock, toInstant } from './clock.ts';
export { type ErrorCode, GuardianError, toGuardianError } from './errors.ts';
export { LANGUAGES, type Messages, messagesFor, type PeopleLanguage, toPeopleLanguage } from './i18n/index.ts';
export { canonicalJson, shortHash } from './ids.ts';
export { createHistogram, type LogHistogram } from './log-histogram.ts';
export * from './metrics.ts';
export { OCCASIONS, type Occasion } from './occasions.ts';
export * from './template/index.ts';
