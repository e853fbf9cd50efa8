import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const root = fileURLToPath(new URL('src/dashboard', import.meta.url));
const outDir = fileURLToPath(new URL('dist/dashboard', import.meta.url));

/** Smaller files gain nothing: the headers of the answer weigh more. */
const COMPRESS_FROM_BYTES = 1024;

/** Writes `.br` and `.gz` beside every text file, at the best quality: packed once at build, never while somebody waits. */
function precompress(): Plugin {
  return {
    name: 'guardian-precompress',
    apply: 'build',
    closeBundle() {
      for (const entry of readdirSync(outDir, { recursive: true, encoding: 'utf8' })) {
        const file = join(outDir, entry);
        if (!/\.(js|css|html|svg|json)$/.test(entry) || statSync(file).size < COMPRESS_FROM_BYTES) continue;
        const bytes = readFileSync(file);
        writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
        writeFileSync(
          `${file}.br`,
          brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
        );
      }
    },
  };
}

/** `vite` alone serves the screens from source against a running server: `GUARDIAN_URL`, else the default address. */
const server = process.env.GUARDIAN_URL ?? 'http://127.0.0.1:4400';

export default defineConfig({
  root,
  plugins: [react(), tailwind(), precompress()],
  build: {
    outDir,
    emptyOutDir: true,
    // The first releases with `light-dark()`: nothing is rewritten for older ones.
    target: ['chrome123', 'firefox128', 'safari17.5'],
    modulePreload: { polyfill: false },
    // `data:` addresses would need an exception in the content security policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // What every page needs comes in two files, not in forty: the libraries, which seldom change, and the screens' own parts.
        codeSplitting: {
          groups: [
            { name: 'libraries', test: /node_modules.(react|react-dom|scheduler|@tanstack)./, priority: 2 },
            { name: 'parts', test: /src.dashboard.(?!i18n.(en|fr))/, minShareCount: 4, priority: 1 },
          ],
        },
      },
    },
  },
  server: { host: '127.0.0.1', proxy: { '/api': { target: server, changeOrigin: true } } },
});
