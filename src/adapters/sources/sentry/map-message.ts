import { asList, asMessage, asObject, asText, type JsonObject } from './read-value.ts';

export interface ReadMessage {
  text: string | null;
  /** The constant text that parameters were put into; null when the message is one text. */
  template: string | null;
}

/** A message and its template: https://develop.sentry.dev/sdk/foundations/transport/event-payloads/message/. */
export function readMessage(payload: JsonObject): ReadMessage {
  const entry = payload.logentry ?? payload['sentry.interfaces.Message'] ?? payload.message;
  const object = asObject(entry);
  if (!object) return { text: asMessage(entry) ?? asMessage(payload.message), template: null };
  const template = asText(object.message);
  const formatted = asText(object.formatted) ?? asText(payload.message);
  const text = formatted ?? (template === null ? null : interpolate(template, object.params));
  return { text, template: text === template ? null : template };
}

const LONGEST_PARAMETER = 1_024;
const MOST_PARAMETERS = 100;

/** `%s`, `%d`, `%(name)s`, `{}`, `{0}` and `{name}` replaced by the parameters; what has none stays. */
function interpolate(template: string, params: unknown): string {
  const named = asObject(params);
  const listed = asList(params ?? null).slice(0, MOST_PARAMETERS);
  if (named === null && listed.length === 0) return template;
  let next = 0;
  return template.replace(
    /%(?:\((\w{1,64})\))?[-+0 #]{0,4}\d{0,4}(?:\.\d{1,4})?[sdifgexXor]|\{(\w{0,64})\}/g,
    (placeholder, percentName?: string, braceName?: string) => {
      const name = percentName ?? braceName ?? '';
      const value =
        name === '' ? listed[next++] : /^\d+$/.test(name) && !named ? listed[Number(name)] : ownOf(named, name);
      return value === undefined ? placeholder : (asMessage(value) ?? String(value)).slice(0, LONGEST_PARAMETER);
    },
  );
}

function ownOf(object: JsonObject | null, name: string): unknown {
  return object && Object.hasOwn(object, name) ? object[name] : undefined;
}
