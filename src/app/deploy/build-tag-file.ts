import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { buildTagText, readBuildTag } from '../../core/deploy/index.ts';

/** The file that other tools read the build number of, where there is one. The store alone decides: a damaged file, or one that went, stops nothing. */
export interface BuildTagFile {
  /** 0: there is none, or it holds no number. */
  read(): number;
  /** Does nothing where there was none. */
  write(buildId: number): void;
}

export function openBuildTagFile(path: string): BuildTagFile {
  const text = () => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return null;
    }
  };
  return {
    read: () => readBuildTag(text()).buildId,
    write(buildId) {
      if (text() === null) return;
      writeFileSync(`${path}.new`, buildTagText(buildId));
      renameSync(`${path}.new`, path);
    },
  };
}
