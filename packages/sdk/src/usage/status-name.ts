import { STATUS_CODES } from 'node:http';

/** `404` → `NotFound`, `599` → `Status599`, `499` → `ClientClosedRequest`: the `error_type` of an answer that no exception explains. */
export function statusName(status: number): string {
  if (status === 499) return 'ClientClosedRequest';
  const phrase = STATUS_CODES[status];
  if (phrase === undefined) return `Status${status}`;
  return phrase.replace(/'/g, '').replace(/[^A-Za-z0-9]+(.?)/g, (_, letter: string) => letter.toUpperCase());
}

/** Whether the answer makes a user error: every 4xx and 5xx, but not a client that left. */
export function isUserError(status: number): boolean {
  return status >= 400 && status !== 499;
}
