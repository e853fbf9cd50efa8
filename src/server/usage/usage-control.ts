import type { UsageSummary } from '../../contracts/api/usage.ts';
import type {
  UsageFolder,
  UsagePages,
  UsagePeople,
  UsageSignals,
  UsageWindow,
  UserDetail,
} from '../../core/usage/index.ts';

/** Who used the watched applications. */
export interface UsageControl
  extends Pick<UsagePages, 'timeline' | 'users'>,
    Pick<UsageSignals, 'lastRecords'>,
    Pick<UsageFolder, 'waiting'>,
    Pick<UsagePeople, 'exportUser' | 'eraseUser'> {
  summary(window: UsageWindow): Promise<UsageSummary>;
  /** Under whatever name this user is kept; null: nothing of them lies within the window. */
  user(request: { user: string; from: number; to: number }): Promise<UserDetail | null>;
  /** How a user is called in the audit trail, which nothing is ever taken out of: a keyed hash, the same for every look. */
  referenceOf(user: string): string;
  /** Id of the job that makes the report. */
  reportJob: string;
  /** Throws `not_found` where none was made yet. */
  newestReport(): Promise<{ file: string; summary: UsageSummary }>;
}
