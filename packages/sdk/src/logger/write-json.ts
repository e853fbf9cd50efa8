import { type Copying, copyValue, type PlainFields } from './copy-value.ts';
import { isSimple, quote } from './quote.ts';

/** Names of fields repeat from call to call. */
const REMEMBERED_NAMES = 4_096;
const LONGEST_REMEMBERED_NAME = 96;
const names = new Map<string, string>();

/** `,"name":` */
function nameOf(key: string, copying: Copying): string {
  const known = names.get(key);
  if (known !== undefined) return known;
  const written = `,${quote(key)}:`;
  if (!isSimple(key)) {
    copying.isSimple = false;
    return written;
  }
  if (key.length > LONGEST_REMEMBERED_NAME) return written;
  if (names.size >= REMEMBERED_NAMES) names.clear();
  names.set(key, written);
  return written;
}

/** Fields as `,"a":1,"b":"x"`, copied while they are written: each property is read once, whatever throws becomes a mark. */
export function writeFields(fields: object, copying: Copying): string {
  const source = fields as PlainFields;
  let json = '';
  copying.open.push(fields);
  for (const key of Object.keys(source)) {
    const written = writeProperty(source, key, copying);
    if (written !== undefined) json += nameOf(key, copying) + written;
    if (copying.nodesLeft < 0) break;
  }
  copying.open.pop();
  return json;
}

function writeProperty(source: PlainFields, key: string, copying: Copying): string | undefined {
  let value: unknown;
  try {
    value = source[key];
  } catch {
    return '"[unreadable]"';
  }
  if (typeof value === 'string' && value.length <= copying.limits.stringLength) {
    copying.nodesLeft--;
    return writeText(value, copying);
  }
  if (typeof value === 'number' && Number.isFinite(value)) {
    copying.nodesLeft--;
    return String(value);
  }
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (value === null) return 'null';
  return writePlain(copyValue(value, copying), copying);
}

/** Undefined for what JSON leaves out. */
function writePlain(value: unknown, copying: Copying): string | undefined {
  if (typeof value === 'string') return writeText(value, copying);
  if (typeof value === 'number') return String(value);
  if (typeof value === 'object' && value !== null) copying.isSimple = false;
  return JSON.stringify(value);
}

function writeText(text: string, copying: Copying): string {
  if (isSimple(text)) return `"${text}"`;
  copying.isSimple = false;
  return quote(text);
}

/** Fields that are plain already (copied, redacted): as `writeFields`, without looking for what may go wrong. */
export function writePlainFields(fields: PlainFields, copying: Copying): string {
  let json = '';
  for (const key of Object.keys(fields)) {
    const written = writePlain(fields[key], copying);
    if (written !== undefined) json += nameOf(key, copying) + written;
  }
  return json;
}

/** UTF-8 bytes of what was written with that copying; what is simple need not be looked at again. */
export function bytesWritten(json: string, { isSimple }: Copying): number {
  return isSimple ? json.length : Buffer.byteLength(json);
}
