// Runs before `npm start` and `npm test`: builds the screens and the SDK when what they are made of has changed since their last build.
// With a name (`dashboard`, `SDK`) it builds that one alone.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const lock = `${root}dist/.building`;
/** A build takes some seconds. */
const LOCK_MS = 60_000;
const pinned = `${root}node_modules/node/bin/node`;

const PRODUCTS = [
  {
    name: 'dashboard',
    made: `${root}dist/dashboard/index.html`,
    stamp: `${root}dist/dashboard/.made-from`,
    folders: ['src/dashboard', 'src/contracts'],
    files: ['vite.config.ts', 'package-lock.json'],
    tool: `${root}node_modules/vite/bin/vite.js`,
    arguments: ['build', '--logLevel', 'warn'],
    without: 'The API works without it.',
  },
  {
    name: 'SDK',
    made: `${root}packages/sdk/dist/index.js`,
    stamp: `${root}packages/sdk/dist/.made-from`,
    folders: ['packages/sdk/src'],
    files: ['packages/sdk/tsconfig.json', 'packages/sdk/package.json', 'tsconfig.json'],
    tool: `${root}node_modules/typescript/bin/tsc`,
    arguments: ['-p', 'packages/sdk'],
    without: 'The server works without it.',
  },
];

const [only] = process.argv.slice(2);

for (const product of PRODUCTS) {
  if (only !== undefined && product.name !== only) continue;
  const now = fingerprint(product);
  if (madeFrom(product) === now) continue;
  if (existsSync(product.tool)) withLock(() => madeFrom(product) !== now && build(product, now));
  else tellThatToolIsAbsent(product);
}

/** What the build that stands was made from; null: there is none. */
function madeFrom({ made, stamp }) {
  return existsSync(made) && existsSync(stamp) ? readFileSync(stamp, 'utf8') : null;
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
function fingerprint({ folders, files }) {
  const sum = createHash('sha256');
  const sources = folders.flatMap((folder) =>
    readdirSync(root + folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
      .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.length).replaceAll('\\', '/')),
  );
  for (const file of [...sources.sort(), ...files]) {
    sum.update(`${file}\0`).update(readFileSync(root + file));
  }
  return sum.digest('hex');
}

function build({ name, tool, arguments: given, stamp }, now) {
  process.stderr.write(`guardian: building the ${name} …\n`);
  const node = existsSync(pinned) ? pinned : process.execPath;
  const { status } = spawnSync(node, [tool, ...given], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    // Whatever it is called from: another value would build React's slow and heavy development form.
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (status === 0) {
    writeFileSync(stamp, now);
    return;
  }
  process.stderr.write(`guardian: the ${name} could not be built; what its compiler says stands above.\n`);
  process.exitCode = status ?? 1;
}

/** Not an error: the server works without them, and says so on its page. */
function tellThatToolIsAbsent({ name, made, tool, without }) {
  const what = existsSync(made) ? 'is older than its source' : 'is not built';
  const program = tool.endsWith('tsc') ? 'TypeScript' : 'Vite';
  process.stderr.write(
    `guardian: the ${name} ${what}, and ${program}, which builds it, is not installed. Run "npm install --include=dev", then start again. ${without}\n`,
  );
}
