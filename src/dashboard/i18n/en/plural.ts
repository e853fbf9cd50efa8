const number = new Intl.NumberFormat('en-GB');

/** `1 error`, `1,204 errors`. */
export function plural(count: number, one: string, many: string): string {
  return `${number.format(count)} ${count === 1 ? one : many}`;
}
