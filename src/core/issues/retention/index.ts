export { chooseToForget, type TellingEvent, tellingEvents } from './choose-to-forget.ts';
export type { ForgettableEvent } from './irrelevance.ts';
