import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { reportSchema } from '../src/contracts/report.ts';

/**
 * Writes the JSON Schema (draft 2020-12) of `guardian.report/1` from the contract. With `--check` it writes nothing and ends with 1
 * when the file does not say what the contract says.
 */

const target = fileURLToPath(new URL('../docs/schema/guardian.report-1.schema.json', import.meta.url));

function reportJsonSchema(): string {
  const { $schema, ...rest } = z.toJSONSchema(reportSchema, { target: 'draft-2020-12' });
  const schema = {
    $schema,
    title: 'guardian.report/1',
    description: 'The state of one service over one window.',
    ...rest,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function readPresent(): string | null {
  try {
    return readFileSync(target, 'utf8');
  } catch {
    return null;
  }
}

const wanted = reportJsonSchema();
if (process.argv.includes('--check')) {
  if (readPresent() !== wanted) {
    console.error(
      'docs/schema/guardian.report-1.schema.json is not what src/contracts/report.ts says. Run: npx node ops/schema.ts',
    );
    process.exitCode = 1;
  }
} else {
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, wanted);
}
