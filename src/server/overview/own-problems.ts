import type { Overview } from '../../contracts/api/overview.ts';
import { GuardianError, type Messages } from '../../core/shared/index.ts';
import type { Services } from '../app-env.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const LOOKED_AT = 50;

/** Guardian's own trouble, as people can mend it; empty when all is well. */
export async function ownProblems(
  { intake, store, search, followed, clock }: Services,
  messages: Messages,
): Promise<Overview['ownProblems']> {
  const problems: Overview['ownProblems'] = [];
  const { problem } = intake.state();
  if (problem) {
    const { code, reason } = problem;
    problems.push({ code, ...new GuardianError(code, { reason }).explain(messages) });
  }
  for (const error of (await search?.problems()) ?? []) problems.push({ code: error.code, ...error.explain(messages) });
  for (const { kind, problem: message } of await followed()) {
    if (message === null) continue;
    const code = kind === 'file' ? 'source_unreadable' : 'source_unavailable';
    problems.push({ code, message, remedy: new GuardianError(code).explain(messages).remedy });
  }
  // One that is still tried counts too: a password that was rotated must not be found out days later.
  const filter = { states: ['dead', 'failed'] as const, from: clock.now() - DAY_MS };
  const { items: failed } = await store.sent.list(filter, { cursor: null, limit: LOOKED_AT });
  if (failed.length > 0) {
    const error = new GuardianError('mail_refused', { reason: failed[0]!.lastError ?? '' });
    const message = messages.server.overview.failedMails(failed.length, failed[0]!.lastError ?? '?');
    problems.push({ code: error.code, message, remedy: error.explain(messages).remedy });
  }
  return problems;
}
