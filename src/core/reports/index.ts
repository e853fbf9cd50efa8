export type { Report } from '../../contracts/report.ts';
export { type Freshness, parseFreshness } from './freshness.ts';
export type { CommandTemplates, KnownRevision, Reading, ReportInput, ReportSubject } from './input.ts';
export { DEFAULT_REPORT_KNOBS, type ReportKnobs } from './knobs.ts';
export { composeReportMail, occasionOf, type ReportMail } from './mail-message.ts';
export { type MakeReportInput, makeReport } from './make-report.ts';
export { oneLine, type RenderFormat, type RenderOptions, renderReport } from './render/index.ts';
export type * from './ports.ts';
