export {
  type CatchUpRequest,
  catchUp,
  type MissedTicksRequest,
  type ScheduleVersion,
  ticksOfVersions,
  type VersionedTick,
} from './catch-up.ts';
export { type CheckOptions, checkDeadline, checkTrigger } from './check-trigger.ts';
export { isFixedTime } from './cron-pattern.ts';
export { type DstDay, type DstTick, dstPreview } from './dst-preview.ts';
export { deadlineInstant, localMidnightBefore } from './local-time.ts';
export { newestTicks, nextTick, nextTicks, type TickOptions, ticksBetween } from './ticks.ts';
