export { createUsageFormat, type Identify, type UsageFormatOptions } from './usage-format.ts';
