/** Words inside messages: what facts that are codes read as. */
export const telling = {
  details: {
    held_back: 'Held back by it',
    attempts: 'Attempts',
    failures_in_row: 'Failures in a row',
    late: 'What is late',
    status: 'Status',
    branch: 'Branch',
    revision: 'Revision',
    by: 'By',
    notes: 'Notes',
    issue: 'Issue',
    more_issues: 'Further issues',
    entries: 'Entries',
    checkpoint: 'To keep',
  },
  late: {
    start: 'it has not started',
    finish: 'it has not finished',
    report: 'nothing was heard of it',
    missed_tick: 'a run that was due has no record',
    never_ran: 'it has never run',
  },
  statuses: {
    queued: 'waiting',
    running: 'running',
    success: 'success',
    warning: 'warning',
    error: 'error',
    skipped: 'skipped',
    upstream_failed: 'not run: what it waits for failed',
    cancelled: 'cancelled',
    timed_out: 'timed out',
  },
  keepCheckpoint:
    'Keep this message, with its line or its file: guardian audit verify --checkpoint FILE then shows whether the trail was changed since.',
  channelFails: (channel: string) => `messages over ${channel} do not arrive`,
};
