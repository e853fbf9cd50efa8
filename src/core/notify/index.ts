export { type DeliverReportInput, type DeliveryResult, deliverReport, type ReportRecipient } from './deliver-report.ts';
export {
  DEFAULT_MAIL_POLICY,
  decideMail,
  type MailDecision,
  type MailOccasion,
  type MailPolicy,
} from './mail-policy.ts';
export type * from './ports.ts';
export { mailSubject, type SubjectOptions } from './subject.ts';
export { type TestMessageOptions, testMessage } from './test-message.ts';
