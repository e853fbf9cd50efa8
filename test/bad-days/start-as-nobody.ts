import { startServer } from '../../src/app/server.ts';
import { explainError } from '../../src/cli/explain-error.ts';
import { loadConfiguration } from '../../src/config/index.ts';
import { systemClock } from '../../src/core/shared/index.ts';

// `guardian start` in the current folder, for tests that must not be the superuser, who may write everywhere. The rights are given up once the program
// is loaded: its own files may stand where nobody else can read them.
const NOBODY = 65_534;
const folder = process.cwd();
const configuration = await loadConfiguration({
  folder,
  file: null,
  environment: {},
  overrides: { server: { port: 0 } },
});
if (process.getuid?.() === 0) {
  process.setgroups?.([]);
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}
const errors = { write: (text: string) => void process.stderr.write(text), isTerminal: false, columns: 0 };
try {
  const guardian = await startServer({ configuration, folder, clock: systemClock, version: 'test' });
  process.stdout.write(`${guardian.url}\n`);
  await guardian.stop();
} catch (thrown) {
  process.exitCode = explainError(thrown, { language: 'en', errors, isVerbose: false });
}
