export type { SyslogCounts } from './counts.ts';
export { createSyslogListener, type SyslogAddresses, type SyslogListener } from './listener.ts';
export type {
  SyslogAddress,
  SyslogLimits,
  SyslogListenerOptions,
  SyslogTls,
} from './options.ts';
