import { type FileHandle, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Rows as JSON lines in one file, for a Guardian without a database. Only adds; a torn line is passed over and swallows no other. */
export interface RowFile<Row> {
  rows(): Promise<Row[]>;
  /** Resolves when the row is on the disk. */
  append(row: Row): Promise<void>;
}

export function openRowFile<Row extends object>(path: string, isRow: (row: Partial<Row>) => boolean): RowFile<Row> {
  return {
    async rows() {
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return '';
        throw error;
      });
      return text.split('\n').flatMap((line) => {
        const row = parse(line);
        return row !== null && isRow(row as Partial<Row>) ? [row as Row] : [];
      });
    },
    async append(row) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const file = await open(path, 'a+', 0o600);
      try {
        await file.appendFile(`${(await endsInside(file)) ? '\n' : ''}${JSON.stringify(row)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    },
  };
}

function parse(line: string): object | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

/** A row that was cut off when the machine stopped must not swallow the next one. */
async function endsInside(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 0x0a;
}
