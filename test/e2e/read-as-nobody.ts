import { createFileSource } from '../../src/adapters/sources/file/index.ts';
import { explainError } from '../../src/cli/explain-error.ts';

// Reads files as `guardian report` does, for tests that must not be the superuser, who may read everything. The rights are given up
// once the program is loaded: its own files may stand where nobody else can read them.
const NOBODY = 65_534;
if (process.getuid?.() === 0) {
  process.setgroups?.([]);
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}
const errors = { write: (text: string) => void process.stderr.write(text), isTerminal: false, columns: 0 };
try {
  const batches = createFileSource({ paths: process.argv.slice(2) }).read({ since: null, until: null });
  for await (const { events } of batches) if (events.length > 0) process.stdout.write(`${events.length}\n`);
} catch (thrown) {
  process.exitCode = explainError(thrown, { language: 'en', errors, isVerbose: false });
}
