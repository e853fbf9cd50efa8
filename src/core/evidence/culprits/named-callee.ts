import type { Exception, Frame } from '../../events/index.ts';
import type { Culprit } from '../issue-evidence.ts';
import type { Repository } from '../ports.ts';
import { findEnclosingFunction } from '../snippets/enclosing-function.ts';

/**
 * The function that a message names (`place_order() missing 1 required positional argument`) where no shown frame stands in it: its
 * definition, searched in the files of the shown frames. Null when the message names none, or it is defined elsewhere.
 */
export async function findNamedCallee(input: {
  repository: Repository;
  commit: string;
  exceptions: readonly Exception[];
  culprits: readonly Culprit[];
}): Promise<Culprit | null> {
  const { repository, commit, exceptions, culprits } = input;
  const names = exceptions.flatMap(({ message }) =>
    [...(message ?? '').slice(0, 1000).matchAll(/([A-Za-z_$][\w$]{2,60})\(/g)].map(([, name = '']) => name),
  );
  const shown = new Set(culprits.map(({ frame }) => frame.function?.split(/[.:#]/).at(-1)));
  const wanted = [...new Set(names)].filter((name) => !shown.has(name)).slice(0, 3);
  const last = culprits.at(-1);
  if (wanted.length === 0 || !last) return null;
  for (const path of new Set(culprits.map((culprit) => culprit.path))) {
    const lines = (await repository.readFile(commit, path))?.toString('utf8').split(/\r?\n/) ?? [];
    for (const name of wanted) {
      const line = definitionOf(name, lines);
      if (line !== null) return { ...last, frame: calleeFrame(path, line, name), path, rank: last.rank + 1 };
    }
  }
  return null;
}

function definitionOf(name: string, lines: readonly string[]): number | null {
  for (const [index, text] of lines.entries()) {
    if (!text.includes(`${name}(`)) continue;
    const around = findEnclosingFunction(lines, index + 1);
    if (around?.name === name && around.from <= index + 1 && index + 1 <= around.from + 3) return index + 1;
  }
  return null;
}

function calleeFrame(path: string, line: number, name: string): Frame {
  const origin = { isApplication: true, rule: 'tracked', path };
  return { file: path, line, column: null, function: name, module: null, code: null, inApp: null, origin };
}
