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
    intro: (bad: number, all: number) => `The last day: ${bad} of ${all} reports were not OK.`,
    line: (entry: { time: string; service: string; status: string; errors: number }) =>
      `${entry.time}  ${entry.service}: ${entry.status}, ${entry.errors} error incidents`,
    more: (url: string) => `All reports: ${url}`,
  },
};
