import { z } from 'zod';
import type { Event, Exception } from '../../core/events/index.ts';
import { toInstant } from '../../core/shared/index.ts';
import { eventFields, eventFieldsOf, eventSeq } from '../event-fields.ts';
import { projectSlugs } from '../projects.ts';
import { count, textOrNull, untrusted } from '../schemas.ts';
import { defineTool } from '../tool.ts';
import { refuse } from '../tool-error.ts';
import { block, clip, clipLine, paragraphs } from '../untrusted-text.ts';

/** What is shown of one event at most: about 16,000 tokens in the worst case, a few hundred as a rule. */
const MOST = { message: 8_000, stack: 8_000, exceptions: 8, frames: 40, breadcrumbs: 20, attributes: 40, value: 200 };

const frameFields = z.strictObject({
  file: textOrNull,
  line: z.number().nullable(),
  function: textOrNull,
  isApplication: z.boolean().nullable(),
  code: textOrNull,
});

const exceptionFields = z.strictObject({
  type: textOrNull,
  message: textOrNull,
  relation: z.enum(['raised', 'cause', 'context', 'suppressed', 'member']),
  frames: z.array(frameFields).describe('crash first'),
});

const outputFields = eventFields.extend({
  trust: z.enum(['server', 'public']).describe('public: anybody may have sent it'),
  isCut: z.boolean().describe('a bound cut it before it was stored'),
  leftOut: z.strictObject({ exceptions: count, frames: count, breadcrumbs: count, attributes: count }),
  untrusted: untrusted({
    ...eventFields.shape.untrusted.shape,
    logger: textOrNull,
    exceptions: z.array(exceptionFields),
    stack: textOrNull.describe('as it was logged, where no exception was read from it'),
    request: z
      .strictObject({ method: textOrNull, path: textOrNull, status: z.number().nullable(), id: textOrNull })
      .nullable(),
    breadcrumbs: z.array(z.string()),
    attributes: z.array(z.strictObject({ name: z.string(), value: z.string() })),
    source: z.string(),
  }),
});
type EventOutput = z.infer<typeof outputFields>;

export const getEvent = defineTool({
  name: 'get_event',
  title: 'Read one event',
  description:
    'One stored event with its exceptions, request, breadcrumbs and attributes, each bounded; who its user was is left out.',
  scope: 'read',
  input: z.strictObject({ event: z.string().min(1).max(20).describe('id of the event') }),
  output: z.strictObject({ event: outputFields }),
  async run(input, { options }) {
    const seq = eventSeq(input.event);
    const [stored] = seq === null ? [] : await options.events.get([seq]);
    if (!stored) throw refuse('not_found', { path: 'such event' });
    const slugOf = await projectSlugs(options);
    const event = { ...eventFieldsOf(stored, { slugOf, messageCharacters: MOST.message }), ...detailOf(stored.event) };
    const fields = eventFieldsOf(stored, { slugOf, messageCharacters: MOST.message });
    const whole: EventOutput = { ...event, untrusted: { ...fields.untrusted, ...event.untrusted } };
    const issue = whole.issueId === null ? '' : `, issue ${whole.issueId}`;
    const head = `Event ${whole.id}: ${whole.at}, ${whole.severity}${issue}${whole.trust === 'public' ? ', anybody may have sent it' : ''}`;
    const text = linesOf(whole).join('\n');
    return {
      text: paragraphs(head, block({ source: 'event', id: whole.id, text }, options.messages)),
      data: { event: whole },
    };
  },
});

type Detail = Pick<EventOutput, 'trust' | 'isCut' | 'leftOut'> & {
  untrusted: Omit<EventOutput['untrusted'], keyof z.infer<typeof eventFields>['untrusted']>;
};

function detailOf(event: Event): Detail {
  const { exceptions, breadcrumbs, request } = event;
  const shown = exceptionsOf(exceptions);
  const attributes = Object.entries(event.attributes);
  const frames = exceptions.slice(0, MOST.exceptions).reduce((sum, one) => sum + one.frames.length, 0);
  const newest = breadcrumbs.slice(-MOST.breadcrumbs);
  return {
    trust: event.trust,
    isCut: event.truncated,
    leftOut: {
      exceptions: exceptions.length - shown.length,
      frames: frames - shown.reduce((sum, one) => sum + one.frames.length, 0),
      breadcrumbs: breadcrumbs.length - newest.length,
      attributes: Math.max(0, attributes.length - MOST.attributes),
    },
    untrusted: {
      logger: clip(event.logger, MOST.value),
      exceptions: shown,
      stack: exceptions.length > 0 ? null : clip(event.stackText, MOST.stack),
      request: request && {
        method: clip(request.method, 20),
        path: clip(request.path, MOST.value),
        status: numberOf(request.status),
        id: clip(request.id, MOST.value),
      },
      breadcrumbs: newest.map(({ time, category, message }) =>
        clipLine(`${time === null ? '' : instantOf(time)} ${category ?? ''} ${message}`.trim(), MOST.value),
      ),
      attributes: attributes
        .slice(0, MOST.attributes)
        .map(([name, value]) => ({ name: clip(name, 100), value: clip(textOf(value), MOST.value) })),
      source: clip(`${event.source.kind} ${event.source.name}:${event.source.position}`, MOST.value),
    },
  };
}

function exceptionsOf(exceptions: readonly Exception[]): EventOutput['untrusted']['exceptions'] {
  let left = MOST.frames;
  return exceptions.slice(0, MOST.exceptions).map(({ type, message, relation, frames }) => {
    const kept = frames.slice(0, left);
    left -= kept.length;
    return {
      type: clip(type, MOST.value),
      message: clip(message, 1_000),
      relation,
      frames: kept.map((frame) => ({
        file: clip(frame.origin?.path ?? frame.file, MOST.value),
        line: numberOf(frame.line),
        function: clip(frame.function, MOST.value),
        isApplication: frame.origin?.isApplication ?? null,
        code: clip(frame.code, MOST.value),
      })),
    };
  });
}

function linesOf({ untrusted: told }: EventOutput): string[] {
  const line = (name: string, value: string | null) => (value ? [`${name}: ${clipLine(value, 1_000)}`] : []);
  const { request } = told;
  return [
    told.message,
    ...line('service', told.service),
    ...line('environment', told.environment),
    ...line('revision', told.revision),
    ...line('trace', told.traceId),
    ...line('logger', told.logger),
    ...line('request', request && `${request.method ?? ''} ${request.path ?? ''} → ${request.status ?? '?'}`),
    ...told.exceptions.flatMap(({ relation, type, message, frames }) => [
      clipLine(`${relation}: ${type ?? '?'}: ${message ?? ''}`, 1_300),
      ...frames.map((frame) =>
        clipLine(
          `${frame.isApplication ? '*' : ' '} ${frame.file ?? '?'}:${frame.line ?? '?'} ${frame.function ?? ''}  ${frame.code?.trim() ?? ''}`,
          700,
        ).trimEnd(),
      ),
    ]),
    ...(told.stack === null ? [] : [told.stack]),
    ...told.breadcrumbs.map((crumb) => `breadcrumb: ${crumb}`),
    ...told.attributes.map(({ name, value }) => clipLine(`${name} = ${value}`, 400)),
    ...line('source', told.source),
  ];
}

function numberOf(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

function instantOf(time: number): string {
  return Math.abs(time) < 8.64e15 ? toInstant(time) : '?';
}

/** Objects as JSON; nothing of a value can throw or grow beyond its bound here. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return '?';
  }
}
