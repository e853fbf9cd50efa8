export { chooseToForget, type TellingEvent, tellingEvents } from './choose-to-forget.ts';
export { chanceOf, type ForgettableEvent, irrelevanceOf } from './irrelevance.ts';
