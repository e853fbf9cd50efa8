import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';

const require = createRequire(import.meta.url);

/** What a figure was measured on: without it and its peers a figure says nothing. */
export function machine(packages: readonly string[]): Record<string, unknown> {
  return {
    machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version },
    versions: Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
  };
}

function versionOf(name: string): string {
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return (JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8')) as { version: string }).version;
    } catch {
      // The next folder up.
    }
  }
  return 'unknown';
}

export const PEERS = [
  'pino',
  'pino-elasticsearch',
  'winston',
  'winston-elasticsearch',
  '@opentelemetry/sdk-logs',
  '@elastic/elasticsearch',
] as const;
