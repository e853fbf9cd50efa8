import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

// The build of a revision, run in its folder: the SDK of this checkout. A service that installs it from a registry has `build: ['npm', 'ci']`.
const modules = join('node_modules', '@guardian');
mkdirSync(modules, { recursive: true });
symlinkSync(join(import.meta.dirname, '../../packages/sdk'), join(modules, 'sdk'));
