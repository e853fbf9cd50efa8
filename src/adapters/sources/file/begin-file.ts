import { looksLikeCloudLogging } from '../cloud-logging/index.ts';
import type { FileReading } from './options.ts';
import { binaryReason, compressionOf, encodingOf } from './recognise-content.ts';
import { type FilePosition, hasStart } from './tail-position.ts';

export type FileBeginning =
  /** It is read once: compressed data or an export. */
  | { kind: 'static'; isCompressed: boolean }
  | { kind: 'binary'; reason: string }
  | {
      kind: 'lines';
      encoding: ReturnType<typeof encodingOf>['encoding'];
      /** Of the byte-order mark. */
      markBytes: number;
      /** Where an earlier process stood in this same file; null: it is read from its beginning. */
      goesOn: FilePosition | null;
      /** An earlier process knew another file under this identity. */
      isAnother: boolean;
    };

/** How a file is to be read, by its first bytes and by what an earlier process knew of it. */
export function beginFile(
  head: Buffer,
  { size, known, format }: { size: number; known: FilePosition | undefined; format: FileReading['format'] },
): FileBeginning {
  const isCompressed = compressionOf(head) !== null;
  if (isCompressed || format === 'cloud-logging' || (format === null && looksLikeCloudLogging(head))) {
    return { kind: 'static', isCompressed };
  }
  const { encoding, markBytes } = encodingOf(head);
  const binary = encoding === 'utf-8' ? binaryReason(head) : null;
  if (binary !== null) return { kind: 'binary', reason: binary };
  const isAsBefore = known !== undefined && known.offset <= size && hasStart(head, known.start);
  const goesOn = isAsBefore && encoding === 'utf-8' && known.offset >= markBytes ? known : null;
  return { kind: 'lines', encoding, markBytes, goesOn, isAnother: known !== undefined && !isAsBefore };
}
