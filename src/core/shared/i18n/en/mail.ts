/** Sentences of mails that are no part of a report. */
export const mail = {
  missingPart: (part: string, reason: string) => `The ${part} of this report could not be made (${reason}).`,
  fallback: (status: string) => `Production is ${status}. See what is attached.`,
  couldNotLook: {
    label: 'COULD NOT LOOK',
    text: (watched: string, message: string, remedy: string) =>
      `Guardian could not look at ${watched}, several times in a row. Nothing is known of production since then; this does not mean that nothing is wrong.\n\n${message}\n${remedy}\n`,
  },
  digest: {
    label: 'DIGEST',
    title: 'The last day',
    intro: (bad: number, all: number) =>
      all === 1 ? 'The only report was not OK.' : `${bad} of ${all} reports ${bad === 1 ? 'was' : 'were'} not OK.`,
    introOfCritical: (shown: number, all: number) =>
      `${shown} of ${all} ${all === 1 ? 'report' : 'reports'} ${shown === 1 ? 'was' : 'were'} CRITICAL or could not look.`,
    allServices: 'all services',
    couldNotLook: 'could not look',
    errors: (count: number) => `${count} error ${count === 1 ? 'incident' : 'incidents'}`,
    colon: ':',
    leftOut: (shown: number, all: number) => `The newest ${shown} of them are shown; ${all - shown} are left out.`,
    clock: (timeZone: string) => `Time zone: ${timeZone}`,
    more: 'All reports:',
  },
};
