import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Only what needs the real server; `npm test` has none, and no test that is skipped. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: { include: ['.ci/search/*.test.ts'], testTimeout: 60_000, hookTimeout: 120_000, fileParallelism: false },
});
