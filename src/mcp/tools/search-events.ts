import { z } from 'zod';
import { eventFields, eventFieldsOf, eventSeq, eventText } from '../event-fields.ts';
import { findLivingIssue } from '../issue-fields.ts';
import { projectId, projectSlugs } from '../projects.ts';
import { cursor, issueName, limit, nextCursor, project, service, severityClass, severityNumber } from '../schemas.ts';
import { defineTool } from '../tool.ts';
import { refuse } from '../tool-error.ts';
import { paragraphs } from '../untrusted-text.ts';

const time = z.iso.datetime({ offset: true }).max(40).optional();
const words = z.array(z.string().min(1).max(200)).max(10).optional();

export const searchEvents = defineTool({
  name: 'search_events',
  title: 'Search events',
  description:
    'Searches the log records and captured exceptions that are stored. All conditions must hold. Messages are shortened; read one whole with get_event.',
  scope: 'read',
  input: z.strictObject({
    words: words.describe('words or phrases, each of which must be found'),
    withoutWords: words.describe('words or phrases, none of which may be found'),
    project,
    service,
    revision: z.string().max(200).optional(),
    traceId: z.string().max(100).optional(),
    issue: issueName.optional(),
    minimumSeverity: severityClass.optional(),
    fields: z
      .array(z.strictObject({ name: z.string().min(1).max(100), value: z.string().max(500) }))
      .max(10)
      .optional()
      .describe(
        'environment, instance, span, logger, type, file, user, request, method, path, status, or the name of an attribute; exact values',
      ),
    from: time.describe('not before'),
    to: time.describe('before'),
    order: z.enum(['newest', 'oldest']).default('newest'),
    limit: limit(50, 20),
    cursor,
  }),
  output: z.strictObject({ events: z.array(eventFields), nextCursor }),
  async run(input, { options }) {
    const before = input.cursor === undefined ? null : eventSeq(input.cursor);
    if (input.cursor !== undefined && before === null)
      throw refuse('payload_invalid', { key: 'cursor', reason: 'it is none of this list' });
    const issueId = input.issue === undefined ? null : (await findLivingIssue(input.issue, options)).id;
    const exact: [string, string | null | undefined][] = [
      ['service', input.service],
      ['revision', input.revision],
      ['trace', input.traceId],
      ['issue', issueId],
      ...(input.fields ?? []).map(({ name, value }): [string, string] => [name, value]),
    ];
    const page = await options.events.search({
      words: [
        ...(input.words ?? []).map((text) => ({ text, isExcluded: false })),
        ...(input.withoutWords ?? []).map((text) => ({ text, isExcluded: true })),
      ],
      fields: exact.flatMap(([name, value]) => (value == null ? [] : [{ name, value, isExcluded: false }])),
      minimumSeverity: severityNumber(input.minimumSeverity),
      projectId: await projectId(input.project, options),
      from: input.from === undefined ? null : Date.parse(input.from),
      to: input.to === undefined ? null : Date.parse(input.to),
      cursor: before,
      limit: input.limit,
      order: input.order,
    });
    const slugOf = await projectSlugs(options);
    const events = page.events
      .slice(0, input.limit)
      .map((event) => eventFieldsOf(event, { slugOf, messageCharacters: 400 }));
    return {
      text: paragraphs(
        events.length === 0 ? 'No event matches.' : `${events.length} events, ${input.order} first.`,
        ...events.map((event) => eventText(event, options.messages)),
        page.cursor === null ? null : 'More: call again with nextCursor.',
      ),
      data: { events, nextCursor: page.cursor === null ? null : String(page.cursor) },
    };
  },
});
