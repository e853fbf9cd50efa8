import { z } from 'zod';
import { changeFields, changeIssue } from '../change-issue.ts';
import { issueName } from '../schemas.ts';
import { defineTool } from '../tool.ts';

export const addNote = defineTool({
  name: 'add_note',
  title: 'Add a note to an issue',
  description:
    'Adds a note to the history of one issue: what was found, tried or changed. It stands there under the name of the API key, and later hand-offs quote it. Needs an API key of scope write.',
  scope: 'write',
  input: z.strictObject({ issue: issueName, text: z.string().trim().min(1).max(10_000) }),
  output: changeFields,
  run: ({ issue, text }, context) => changeIssue(issue, { type: 'note', text }, context),
});
