export { createDeliverer, type DelivererOptions } from './deliver.ts';
export { type DeliverReportInput, type DeliveryResult, deliverReport, type ReportRecipient } from './deliver-report.ts';
export { type DigestEntry, digestDueAt, digestMessage } from './digest.ts';
export {
  DEFAULT_FAILED_LOOK_POLICY,
  type FailedLookTold,
  type LookLog,
  type LookRow,
  tellFailedLook,
} from './failed-look.ts';
export { DEFAULT_MAIL_POLICY, type MailDecision, type MailOccasion, type MailPolicy } from './mail-policy.ts';
export { failedLookMessage, type OwnMessageOptions, testMessage } from './own-messages.ts';
export type * from './ports.ts';
export { deliveryId, queueReport } from './queue-report.ts';
export { mailSubject, type SubjectOptions } from './subject.ts';
