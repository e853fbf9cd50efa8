import { STATUS_CODES } from 'node:http';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { routePath } from 'hono/route';
import type { z } from 'zod';
import type { Attempt } from '../contracts/api/analysis.ts';
import type { Problem } from '../contracts/api/shared.ts';
import { type ErrorCode, GuardianError, type Messages, toGuardianError } from '../core/shared/index.ts';
import type { AppContext, AppEnv } from './app-env.ts';

type FieldError = NonNullable<Problem['errors']>[number];

/** A request whose fields are wrong: the problem lists them. */
export class FieldsInvalid extends GuardianError {
  readonly fields: FieldError[];

  constructor(fields: FieldError[], messages: Messages) {
    super('payload_invalid', {
      key: fields[0]?.path ?? '',
      reason: fields.length === 1 ? fields[0]!.message : messages.server.validation.summary(fields.length),
    });
    this.fields = fields;
  }
}

/** A job that does not run beside itself has a run open: the problem names it. */
export class RunInWay extends GuardianError {
  readonly inWay: string;

  constructor(inWay: string, messages: Messages) {
    super('conflict', { reason: messages.server.reasons.runInWay(inWay) });
    this.inWay = inWay;
  }
}

/** RFC 9457, in the reader's language. What Guardian itself did wrong is told in its log, not to the reader. */
export function problemOf(error: GuardianError, messages: Messages): Problem {
  const { message, remedy } = error.explain(messages);
  const status = error.kind.httpStatus;
  return {
    type: `urn:guardian:problem:${error.code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code: error.code,
    detail: message,
    remedy,
    ...(error instanceof FieldsInvalid ? { errors: error.fields } : {}),
    ...(error instanceof RunInWay ? { inWay: error.inWay } : {}),
    ...(error instanceof NobodyAnswered ? { attempts: error.attempts } : {}),
  };
}

export function problemResponse(error: GuardianError, messages: Messages, headers: Record<string, string> = {}) {
  const problem = problemOf(error, messages);
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store', ...headers },
  });
}

const STATUS_CODE_OF: Record<number, ErrorCode> = {
  400: 'payload_invalid',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'too_large',
  415: 'unsupported_media',
  429: 'rate_limited',
};

export function onError(thrown: Error, context: Context<AppEnv>): Response {
  const { messages, services } = context.var;
  if (thrown instanceof HTTPException) {
    const code = STATUS_CODE_OF[thrown.status] ?? 'internal';
    return problemResponse(new GuardianError(code, { reason: httpReason(thrown, messages) }), messages);
  }
  const error = inReadersWords(toGuardianError(thrown), messages);
  if (error.code !== 'internal') return problemResponse(error, messages, retryAfter(error));
  const route = context.var.route ?? routePath(context, -1);
  services.logger.error({ err: thrown, method: context.req.method, route }, 'a request failed');
  return problemResponse(new GuardianError('internal', { reason: messages.server.reasons.inLog }), messages);
}

/** What the store says of a cursor that is none of its own, it says in one language. */
function inReadersWords(error: GuardianError, messages: Messages): GuardianError {
  if (error instanceof FieldsInvalid || error.code !== 'payload_invalid' || error.about.key !== 'cursor') return error;
  return new FieldsInvalid([{ path: 'cursor', message: messages.server.validation.cursor }], messages);
}

function httpReason({ status, message }: HTTPException, messages: Messages): string {
  if (status === 415) return messages.server.bodies.media;
  return status === 400 ? messages.server.validation.notJson : message;
}

function retryAfter(error: GuardianError): Record<string, string> {
  return error.kind.isRetryable ? { 'retry-after': String(error instanceof TryLater ? error.seconds : 10) } : {};
}

/** Too much at once; says when to come again. */
export class TryLater extends GuardianError {
  readonly seconds: number;

  constructor(
    code: 'rate_limited' | 'store_unavailable' | 'analysis_unavailable' | 'source_unavailable',
    seconds: number,
    about: { path?: string; reason?: string } = {},
  ) {
    super(code, about);
    this.seconds = seconds;
  }
}

/** No provider of models answered, and the built-in analyser is switched off: the problem says what was tried. */
export class NobodyAnswered extends TryLater {
  readonly attempts: Attempt[];

  constructor({
    error,
    retryAfterSeconds,
    attempts,
  }: { error: string; retryAfterSeconds: number; attempts: Attempt[] }) {
    super('analysis_unavailable', retryAfterSeconds, { reason: error });
    this.attempts = attempts;
  }
}

/** What the validators call: wrong fields become a problem that lists them. */
export function onInvalid(result: { success: true } | { success: false; error: unknown }, context: Context): void {
  if (result.success) return;
  const { messages } = (context as AppContext).var;
  throw new FieldsInvalid(fieldErrors((result.error as z.ZodError).issues, messages), messages);
}

export function fieldErrors(issues: readonly z.core.$ZodIssue[], messages: Messages): FieldError[] {
  return issues
    .flatMap(nearest)
    .slice(0, 50)
    .map((issue) => ({
      path: issue.path.map(String).join('.').slice(0, 200),
      message: fieldMessage(issue, messages.server.validation),
    }));
}

/** Where one of several shapes was meant, what is wrong with the one that comes nearest. */
function nearest(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const [best = []] = issue.errors.toSorted((a, b) => depthOf(b) - depthOf(a) || a.length - b.length);
  return best.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

const depthOf = (issues: readonly z.core.$ZodIssue[]) => Math.max(0, ...issues.map(({ path }) => path.length));

function fieldMessage(issue: z.core.$ZodIssue, say: Messages['server']['validation']): string {
  switch (issue.code) {
    case 'invalid_type':
      return say.type(issue.expected);
    case 'too_small':
      return say.tooSmall(String(issue.minimum));
    case 'too_big':
      return say.tooBig(String(issue.maximum));
    case 'invalid_format':
      // The pattern says more than that there is one.
      return say.format('pattern' in issue && issue.format === 'regex' ? String(issue.pattern) : issue.format);
    case 'invalid_value':
      return say.values(issue.values.map(String).join(', '));
    case 'unrecognized_keys':
      return say.unknownKeys(issue.keys.join(', ').slice(0, 200));
    default:
      return say.invalid;
  }
}
