export type { SyslogCounts } from './counts.ts';
export { createSyslogListener, type SyslogAddresses, type SyslogListener } from './listener.ts';
export {
  DEFAULT_SYSLOG_LIMITS,
  type SyslogAddress,
  type SyslogLimits,
  type SyslogListenerOptions,
  type SyslogTls,
} from './options.ts';
