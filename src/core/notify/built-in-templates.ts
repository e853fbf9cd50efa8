import { systemClock } from '../shared/index.ts';
import { createTemplateLibrary, type TemplateLibrary } from '../templates/index.ts';
import { digestDefinition } from './digest-template.ts';
import { noteDefinition } from './note-template.ts';
import { messageDefinition } from './render/message-template.ts';

/** Everything that people are told of, but the reports. */
export const NOTIFY_DEFINITIONS = [messageDefinition, noteDefinition, digestDefinition];

let library: TemplateLibrary | null = null;

/** Where nobody gave others. */
export function builtInTemplates(): TemplateLibrary {
  library ??= createTemplateLibrary({ definitions: NOTIFY_DEFINITIONS, clock: systemClock });
  return library;
}
