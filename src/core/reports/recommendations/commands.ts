/** The commands for Cloud Run, used when the configuration names none and service and region are known. */
export const CLOUD_RUN_COMMANDS = {
  memory: 'gcloud run services update {service} --region {region} --memory {memory}',
  rollback: 'gcloud run services update-traffic {service} --region {region} --to-revisions {revision}=100',
} as const;

/** Names of services, regions, revisions and sizes: letters, digits, `.`, `_`, `-`; never an option. */
const VALUE = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,126}[A-Za-z0-9])?$/;

/**
 * Puts the values into a template's `{names}`, quoted for a POSIX shell. Null when a name the template uses has no value, or
 * one that is not the name of anything: then there is no command rather than a wrong one.
 */
export function fillCommand(template: string, values: Readonly<Record<string, string | null>>): string | null {
  const names = [...template.matchAll(/\{([a-z]+)\}/g)].map((match) => match[1] ?? '');
  const isComplete = names.every((name) => isCommandValue(values[name] ?? null));
  if (!isComplete) return null;
  return template.replace(/\{([a-z]+)\}/g, (_whole, name: string) => shellQuote(values[name] ?? ''));
}

export function isCommandValue(value: string | null): value is string {
  return value !== null && VALUE.test(value);
}

/** One word for a POSIX shell; plain words stay as they are. */
export function shellQuote(text: string): string {
  return /^[A-Za-z0-9_./:@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
