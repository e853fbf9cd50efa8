import { type Copying, copyValue } from './copy-value.ts';
import { describeError, isError } from './describe-error.ts';

/** What a call of a logger says, before anything of it is copied. */
export interface LogCall {
  /** As it was written, placeholders in it. */
  message: string;
  error: Error | null;
  /** The field that the error was given as, which is not copied again; where its properties go. */
  errorField: string;
  fields: object | null;
}

const ERROR_FIELD = 'error';
const NO_MESSAGE = '(no message)';

export function readCall(message: unknown, fields: unknown, copying: Copying): LogCall {
  const call: LogCall = { message: '', error: null, errorField: ERROR_FIELD, fields: null };
  if (typeof fields === 'object' && fields !== null) readFields(call, fields);
  else if (fields !== undefined && fields !== null) call.fields = { value: fields };
  if (typeof message === 'string') call.message = message;
  else if (isError(message)) readErrorMessage(call, message);
  else call.message = textOf(message, copying);
  if (call.message === '' || call.message.trim() === '') call.message = messageOf(call.error);
  return call;
}

function readFields(call: LogCall, fields: object): void {
  if (isError(fields)) {
    call.error = fields;
    return;
  }
  call.fields = fields;
  const error = errorAt(fields, 'err') ?? errorAt(fields, ERROR_FIELD);
  if (error === null) return;
  call.error = error.error;
  call.errorField = error.name;
}

function errorAt(fields: object, name: string): { error: Error; name: string } | null {
  try {
    if (!Object.hasOwn(fields, name)) return null;
    const value = (fields as Record<string, unknown>)[name];
    return isError(value) ? { error: value, name } : null;
  } catch {
    return null;
  }
}

/** `error(new Error('x'), { err: cause })`: the error that stands as message is the record's, the other stays a field. */
function readErrorMessage(call: LogCall, error: Error): void {
  if (call.error !== null && call.fields === null) call.fields = { [ERROR_FIELD]: call.error };
  call.error = error;
  call.errorField = call.fields !== null && Object.hasOwn(call.fields, ERROR_FIELD) ? 'exception' : ERROR_FIELD;
  call.message = messageOf(error);
}

function messageOf(error: Error | null): string {
  if (error === null) return NO_MESSAGE;
  const { type, message } = describeError(error);
  return message.trim() === '' ? type : message;
}

function textOf(message: unknown, copying: Copying): string {
  const copy = copyValue(message, copying);
  return typeof copy === 'object' && copy !== null ? JSON.stringify(copy) : String(copy);
}
