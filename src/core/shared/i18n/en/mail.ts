/** Sentences of mails that are no part of a report. */
export const mail = {
  missingPart: (part: string, reason: string) => `The ${part} of this report could not be made (${reason}).`,
  fallback: (status: string) => `Production is ${status}. See what is attached.`,
};
