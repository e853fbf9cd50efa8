/** An error that another logger has taken apart already. */
export interface TakenApart {
  type: string;
  message: string;
  stack?: string;
  /** Its other properties, `cause` and `errors` among them. */
  properties?: Record<string, unknown>;
}

/** The same as an error again, so that it becomes the record's exception. */
export function rebuildError({ type, message, stack, properties }: TakenApart): Error {
  const error = Object.create(Error.prototype) as Error;
  for (const [name, value] of Object.entries({ ...properties, name: type, message, stack })) {
    Object.defineProperty(error, name, { value, enumerable: true, configurable: true, writable: true });
  }
  return error;
}
