export type Compression = 'gzip' | 'zstd';
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** The compression by its first bytes (RFC 1952, RFC 8878), whatever the file is called; null for none. */
export function compressionOf(head: Buffer): Compression | null {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length < 4) return null;
  const magic = head.readUInt32LE(0);
  return magic === 0xfd2fb528 || (magic & 0xfffffff0) >>> 0 === 0x184d2a50 ? 'zstd' : null;
}

/** Formats whose first bytes tell that they hold no text, with the name people know. */
const SIGNATURES: readonly (readonly [string, number, string])[] = [
  ['504b0304', 0, 'zip archive'],
  ['425a68', 0, 'bzip2: decompress it first'],
  ['fd377a585a00', 0, 'xz: decompress it first'],
  ['28b52ffd', 0, 'zstd inside another compression'],
  ['7573746172', 257, 'tar archive: extract it first'],
  ['7f454c46', 0, 'ELF program'],
  ['89504e47', 0, 'PNG image'],
  ['ffd8ff', 0, 'JPEG image'],
  ['25504446', 0, 'PDF document'],
  ['53514c69746520666f726d6174203300', 0, 'SQLite database'],
  ['4c504b5348485248', 0, 'systemd journal: use journalctl -o json'],
];
/** Share of control characters from which a head is no text: in random bytes it is a tenth. */
const BINARY_SHARE = 0.05;

/** Why the head is no text, or null when it is one. NUL bytes alone make nothing binary: a truncated log starts with a hole of them. */
export function binaryReason(head: Buffer): string | null {
  for (const [signature, at, reason] of SIGNATURES) {
    if (head.subarray(at, at + signature.length / 2).toString('hex') === signature) return reason;
  }
  let controls = 0;
  let others = 0;
  for (const byte of head) {
    if (byte === 0) continue;
    others++;
    // Tab, line ends, form feed, backspace and escape are part of logs.
    if (byte < 8 || byte === 11 || (byte > 13 && byte < 27) || (byte > 27 && byte < 32) || byte === 127) controls++;
  }
  return controls > 2 && controls > others * BINARY_SHARE ? 'control characters' : null;
}

/** The encoding by byte-order mark, else UTF-16 by the zeros that every Latin letter has in it; else UTF-8, which lines may contradict one by one. */
export function encodingOf(head: Buffer): { encoding: Encoding; markBytes: number } {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { encoding: 'utf-8', markBytes: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { encoding: 'utf-16le', markBytes: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { encoding: 'utf-16be', markBytes: 2 };
  let even = 0;
  let odd = 0;
  const pairs = head.length >> 1;
  for (let at = 0; at + 1 < head.length; at += 2) {
    if (head[at] === 0) even++;
    if (head[at + 1] === 0) odd++;
  }
  if (pairs >= 4 && odd > pairs * 0.4 && even < pairs * 0.05) return { encoding: 'utf-16le', markBytes: 0 };
  if (pairs >= 4 && even > pairs * 0.4 && odd < pairs * 0.05) return { encoding: 'utf-16be', markBytes: 0 };
  return { encoding: 'utf-8', markBytes: 0 };
}
