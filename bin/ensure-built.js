// Runs before `npm start`: builds the screens when what they are made of has changed since the last build.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = `${root}dist/dashboard/index.html`;
const stamp = `${root}dist/dashboard/.made-from`;
const lock = `${root}dist/.building`;
/** A build takes some seconds. */
const LOCK_MS = 60_000;
const vite = `${root}node_modules/vite/bin/vite.js`;
const pinned = `${root}node_modules/node/bin/node`;

const now = fingerprint();

if (made() !== now) {
  if (existsSync(vite)) withLock(() => made() !== now && build());
  else tellThatViteIsAbsent();
}

/** What the build that stands was made from; null: there is none. */
function made() {
  return existsSync(page) && existsSync(stamp) ? readFileSync(stamp, 'utf8') : null;
}

/** One build at a time: two would empty the folder under each other. A lock left by a process that was killed is passed over. */
function withLock(work) {
  mkdirSync(`${root}dist`, { recursive: true });
  const end = Date.now() + LOCK_MS;
  while (!locked()) {
    if (Date.now() > end) break;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  try {
    work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

function locked() {
  try {
    mkdirSync(lock);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** SHA-256 over the names and bytes of everything the build reads: times of files say nothing after a checkout. */
function fingerprint() {
  const sum = createHash('sha256');
  const files = ['src/dashboard', 'src/contracts'].flatMap((folder) =>
    readdirSync(root + folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
      .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length).replaceAll('\\', '/')),
  );
  for (const file of [...files.sort(), 'vite.config.ts', 'package-lock.json']) {
    sum.update(`${file}\0`).update(readFileSync(root + file));
  }
  return sum.digest('hex');
}

function build() {
  process.stderr.write('guardian: building the dashboard …\n');
  const node = existsSync(pinned) ? pinned : process.execPath;
  const { status } = spawnSync(node, [vite, 'build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    // Whatever it is called from: another value would build React's slow and heavy development form.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (status === 0) {
    writeFileSync(stamp, now);
    return;
  }
  process.stderr.write('guardian: the dashboard could not be built; what Vite says stands above.\n');
  process.exitCode = status ?? 1;
}

/** Not an error: the server works without its screens, and says so on their page. */
function tellThatViteIsAbsent() {
  const what = existsSync(page) ? 'is older than its source' : 'is not built';
  process.stderr.write(
    `guardian: the dashboard ${what}, and Vite, which builds it, is not installed. Run "npm install --include=dev", then start again. The API works without it.\n`,
  );
}
