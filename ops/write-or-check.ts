import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes generated files, or with `--check` writes nothing and ends the process with 1 where one says anything else. */
export function writeOrCheck(folder: string, files: Readonly<Record<string, string>>, madeBy: string): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    if (!process.argv.includes('--check')) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    } else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
      process.stderr.write(`${path} is not what ${madeBy} makes: run node ${madeBy}\n`);
      process.exitCode = 1;
    }
  }
}
