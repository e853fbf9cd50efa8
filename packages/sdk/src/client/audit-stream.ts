import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type ChainedEntry, chainEntry, genesisOf, type SigningKey, type Trail } from '../audit/index.ts';
import { openSigningKey } from '../audit/signing-key-file.ts';
import { isObject, optionError } from '../check-options.ts';
import type { Delivery } from '../delivery/delivery.ts';
import { copyFields, startCopy } from '../logger/copy-value.ts';
import type { Fields } from '../record.ts';
import type { Redactor } from '../redact/index.ts';
import type { Sealer } from '../seal/index.ts';
import { folderOf } from './routes.ts';
import type { Runtime } from './runtime.ts';

/** Who did what to what, and what came of it. */
export interface AuditRecord {
  actor: string;
  action: string;
  object: string;
  outcome: 'success' | 'failure' | 'denied';
  /** Where the actor came from. */
  address?: string | null;
  /** Redacted by the client's rules; the four texts above are kept as they are given. */
  fields?: Fields | null;
}

export interface Audit {
  /**
   * Resolves once the entry stands in the trail and is on disk, synced: what it tells of may happen then. Rejects when it cannot be kept
   * (no folder, a full disk, no server to bring it to, secrets that cannot be sealed) or is none (`TypeError`). Never dropped.
   */
  record(record: AuditRecord): Promise<void>;
}

/** The trail of this client: begun anew at each start, chained in memory, signed now and then. */
export interface AuditStream extends Audit {
  /** Null before the first record, where none were left by an earlier process. */
  readonly delivery: Delivery | null;
  /** Signs what was not; for exit and shutdown. */
  checkpoint(): void;
  /** Signs the last; nothing is recorded afterwards. */
  stop(): void;
}

export interface AuditStreamParts {
  runtime: Runtime;
  redactor: Redactor | null;
  sealer: Sealer | null;
}

interface OpenTrail {
  delivery: Delivery;
  key: SigningKey;
  trail: Trail;
  head: string;
  count: number;
  /** Entries that the last checkpoint covers. */
  signed: number;
}

const ENTRIES_PER_CHECKPOINT = 1_000;
const CHECKPOINT_MS = 60_000;
const LONGEST_TEXT = 2_000;
const KEY_FILE = 'audit-signing-key.pem';
const OUTCOMES: readonly unknown[] = ['success', 'failure', 'denied'];

export function createAuditStream({ runtime, redactor, sealer }: AuditStreamParts): AuditStream {
  const { options, time, tellTrouble } = runtime;
  const { openStream } = runtime;
  const folder = folderOf(options, 'audit');
  // One at a time: the trail arrives in its order, and is whole at every instant.
  const open = (): Delivery | null => openStream('audit', { maxConcurrency: 1 });
  // What a process that died left there is brought to the server, whether or not this one records anything.
  let delivery: Delivery | null = folder !== null && existsSync(folder) ? open() : null;
  let opened: OpenTrail | null = null;
  let isStopped = false;
  let cancelTimer: (() => void) | null = null;

  const checkpoint = (): void => {
    cancelTimer?.();
    cancelTimer = null;
    if (opened === null || opened.signed === opened.count) return;
    const { delivery, key, trail, head, count } = opened;
    const signed = key.sign(trail, { count, head, at: new Date(time.wall()).toISOString() });
    const line = JSON.stringify({ kind: 'checkpoint', checkpoint: signed, publicKey: key.publicKey });
    if (accept(delivery, { id: `${trail.epoch}-c${count.toString(36)}`, sequence: count, line }, time.now()))
      opened.signed = count;
    else tellTrouble('audit', 'a checkpoint of the audit trail cannot be kept; the next one covers it');
  };

  const append = (to: OpenTrail, record: AuditRecord): void => {
    const sequence = to.count + 1;
    const { trail, delivery, head } = to;
    const { actor, action, object, outcome, address } = record;
    const fields = fieldsOf(record, { id: `${trail.epoch}-${sequence}`, runtime, redactor, sealer });
    const who = { actor: storable(actor), action: storable(action), object: storable(object) };
    const entry = chainEntry(head, {
      ...{ sequence, at: new Date(time.wall()).toISOString(), ...who, outcome, fields },
      address: address == null ? null : storable(address),
    });
    const line = lineOf(trail, entry);
    if (!accept(delivery, { id: `${trail.epoch}-${sequence.toString(36)}`, sequence, line }, time.now()))
      throw new Error(`the audit entry cannot be kept: ${reasonOf(delivery)}`);
    // Only what was taken has its place: the next one stands behind it.
    to.head = entry.hash;
    to.count = sequence;
    if (sequence % ENTRIES_PER_CHECKPOINT === 0) checkpoint();
    else cancelTimer ??= time.after(CHECKPOINT_MS, checkpoint);
  };

  return {
    async record(record) {
      checkRecord(record);
      if (isStopped) throw new Error('the audit entry cannot be kept: the client was stopped');
      opened ??= openTrail();
      append(opened, record);
      await opened.delivery.persisted();
    },
    get delivery() {
      return delivery;
    },
    checkpoint,
    stop() {
      isStopped = true;
      checkpoint();
    },
  };

  function openTrail(): OpenTrail {
    if (folder === null)
      throw optionError('audit.record needs a "folder" in start(): an entry must outlive the process');
    const key = openSigningKey(join(folder, '..', KEY_FILE));
    delivery ??= open();
    if (delivery === null) throw optionError('audit.record needs "url" and "key" in start()');
    const trail = { name: nameOf(options.service), epoch: randomBytes(16).toString('hex') };
    return { delivery, key, trail, head: genesisOf(trail), count: 0, signed: 0 };
  }
}

function checkRecord(record: AuditRecord): void {
  if (!isObject(record)) throw optionError('audit.record needs an object');
  for (const name of ['actor', 'action', 'object'] as const)
    if (typeof record[name] !== 'string' || record[name] === '')
      throw optionError(`audit.record: "${name}" must be a text that is not empty`);
  if (!OUTCOMES.includes(record.outcome))
    throw optionError('audit.record: "outcome" must be "success", "failure" or "denied"');
  if (record.address != null && typeof record.address !== 'string')
    throw optionError('audit.record: "address" must be a text');
  if (record.fields != null && !isObject(record.fields)) throw optionError('audit.record: "fields" must be an object');
}

function fieldsOf(
  { fields }: AuditRecord,
  { id, runtime, redactor, sealer }: AuditStreamParts & { id: string },
): Record<string, unknown> | null {
  if (fields == null) return null;
  const { limits } = runtime.options;
  // As the trail is called: whoever opens it knows nothing else.
  const service = nameOf(runtime.options.service);
  // As JSON holds it: what has no place there (undefined) is left out before anything is hashed.
  const copied = copyFields(fields, startCopy(limits));
  const redacted = redactor?.record({ message: '', fields: copied });
  const plain = JSON.parse(JSON.stringify(redacted?.parts.fields ?? copied, wellFormed)) as Record<string, unknown>;
  if (redacted === undefined || redacted.sealed === null) return plain;
  const result = sealer?.sealRecord({ id, service, fields: redacted.sealed });
  if (result?.isSealed !== true) throw new Error('the audit entry cannot be kept: its secrets cannot be sealed');
  return { ...plain, sealed: result.sealed };
}

function wellFormed(_name: string, value: unknown): unknown {
  return typeof value === 'string' ? toWellFormed(value) : value;
}

function accept(
  delivery: Delivery,
  { id, sequence, line }: { id: string; sequence: number; line: string },
  acceptedAt: number,
): boolean {
  const bytes = Buffer.byteLength(line);
  return delivery.accept({ id, sequence, level: 'audit', line, bytes, acceptedAt, count: 1 }, 'record');
}

function lineOf({ name: service, epoch }: Trail, entry: ChainedEntry): string {
  return JSON.stringify({ kind: 'entry', service, epoch, ...entry });
}

function reasonOf(delivery: Delivery): string {
  const { problem } = delivery.gauges();
  return problem === null ? 'there is no room left for it' : problem.reason;
}

/** In a form that every database gives back as it took it. */
function storable(text: string): string {
  return toWellFormed(text.slice(0, LONGEST_TEXT).replaceAll('\0', '\ufffd'));
}

function nameOf(service: string): string {
  return toWellFormed(service.slice(0, 200)).replace(/\p{Cc}/gu, '\ufffd');
}

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function toWellFormed(text: string): string {
  return text.replace(LONE_SURROGATE, '\ufffd');
}
