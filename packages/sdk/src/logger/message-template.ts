import type { PlainFields } from './copy-value.ts';

const PLACEHOLDER = /\{([A-Za-z_$][\w$]{0,63})\}/g;

/** `payment of {order} failed` with its fields: the sentence, and the template when a field was put in. Longer values are cut. */
export function fillTemplate(message: string, fields: PlainFields): { text: string; isTemplate: boolean } {
  let isTemplate = false;
  const text = message.replace(PLACEHOLDER, (placeholder, name: string) => {
    if (!Object.hasOwn(fields, name)) return placeholder;
    isTemplate = true;
    const value = fields[name];
    return typeof value === 'string' ? cut(value) : cut(JSON.stringify(value) ?? '');
  });
  return { text, isTemplate };
}

const LONGEST_VALUE = 1_024;

function cut(text: string): string {
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
