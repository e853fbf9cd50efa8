import { NOTIFY_DEFINITIONS } from '../../core/notify/index.ts';
import { reportDefinition } from '../../core/reports/ports.ts';
import { agentDefinition } from '../../core/templates/index.ts';

/** Everything that is rendered by templates. The first of a kind is what a template of that kind is, unless it says otherwise. */
export const TEMPLATE_DEFINITIONS = [
  ...NOTIFY_DEFINITIONS.slice(0, 2),
  reportDefinition,
  ...NOTIFY_DEFINITIONS.slice(2),
  agentDefinition,
];
