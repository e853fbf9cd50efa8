import type { JsonObject } from './field.ts';

/** A message template with its `{Name}`, `{@Name}`, `{Name,10:format}` filled in (https://messagetemplates.org); unknown names stay. */
export function renderTemplate(template: string, values: JsonObject): string {
  return template.replace(
    /\{\{|\}\}|\{[@$]?([\w.]{1,100})(?:[,:][^{}]{0,100})?\}/g,
    (found, name: string | undefined) => {
      if (name === undefined) return found === '{{' ? '{' : '}';
      if (!Object.hasOwn(values, name)) return found;
      const value = values[name];
      if (typeof value === 'string') return value;
      return value !== null && typeof value === 'object' ? briefly(value) : String(value);
    },
  );
}

function briefly(value: object): string {
  try {
    return JSON.stringify(value).slice(0, 1024);
  } catch {
    // Too deep to write out.
    return '{…}';
  }
}
