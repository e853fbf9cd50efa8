import type { TemplateDefinition } from '../templates/index.ts';

const SOURCE = `name: note
kind: notification
version: 1.0.0

=== text
{{text}}
=== html
{{#each paragraphs}}
<p>{{.}}</p>
{{/each}}
`;

/** A mail of a few sentences that Guardian writes of itself: the test, and that it could not look. */
export const noteDefinition: TemplateDefinition = {
  name: 'note',
  kind: 'notification',
  parts: { text: 'text', html: 'html' },
  shape: { text: 'text', paragraphs: ['text'] },
  sample: () => ({ text: 'One <sentence>.\nAnother.', paragraphs: ['One <sentence>.', 'Another.'] }),
  refuse: (part, output, { saysNothing }) => (output.trim() === '' ? saysNothing(part) : null),
  builtIn: [SOURCE],
};
