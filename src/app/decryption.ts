import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { openStore, type Store } from '../adapters/store/sql/index.ts';
import * as settings from '../config/index.ts';
import type { AuditRecorder } from '../core/audit/index.ts';
import {
  type AuditTrail,
  type DecryptedRecord,
  decryptRecords,
  envelopeOf,
  localWrappers,
  type SealedRecord,
} from '../core/sealing/index.ts';
import { type Clock, GuardianError, messagesFor, type PeopleLanguage } from '../core/shared/index.ts';
import { openAudit } from './audit/open-audit.ts';
import { asSealedEntry, entryNamed, sealedEntry } from './audit/sealed-entries.ts';
import { openExistingStore } from './existing-store.ts';

export interface DecryptionOptions {
  configuration: settings.Configuration;
  folder: string;
  clock: Clock;
  /** `GUARDIAN_SEALING_KEY`: keys, a word each; or `GUARDIAN_SEALING_KEY_FILE`: a file of them. */
  environment: settings.Environment;
}

export interface DecryptionAsked {
  /** Numbers of stored events; entries of audit trails (`shop/EPOCH:7`); files of records, a JSON line each; `-` for standard input. */
  inputs: readonly string[];
  who: string;
  why: string;
}

/** Stored events are numbered by their seq. */
const EVENT = /^\d{1,16}$/;
/** Records of one call: what is read at once must be readable. */
const MOST_RECORDS = 10_000;

/** What a person with the wrapping key may read on the machine itself. */
export function openDecryption({ configuration, folder, clock, environment }: DecryptionOptions) {
  return {
    /** The audit entry is on disk before anything is opened. Throws `not_found` where nothing is sealed. */
    async decrypt({ inputs, who, why }: DecryptionAsked): Promise<DecryptedRecord[]> {
      const wrappers = readWrappers(environment, folder, configuration.language);
      const isOfStore = inputs.some((input) => EVENT.test(input) || entryNamed(input) !== null);
      // Files may be opened where no server ran: the audit entry then begins the trail there.
      const dialect = settings.storeLocationOf(configuration, folder);
      const store = await (isOfStore
        ? openExistingStore({ configuration, folder, clock })
        : openStore({ dialect, role: 'shared', clock }));
      try {
        const records: SealedRecord[] = [];
        for (const input of inputs) {
          const entry = entryNamed(input);
          if (entry !== null) records.push(...(await sealedEntry(store.audit, entry)));
          else if (EVENT.test(input)) records.push(...storedRecords(input, await store.index.get([Number(input)])));
          else records.push(...fileRecords(input, folder));
        }
        if (records.length === 0) {
          const { nothingSealed, nothingSealedRemedy: remedy } = messagesFor(configuration.language).sealing;
          throw new GuardianError('not_found', { path: nothingSealed(inputs.join(', ')), remedy });
        }
        const account = `${userInfo().username}@${hostname()}`;
        // The entry is kept whether or not it can be signed now: the server signs it at its next checkpoint.
        const audit = openAudit({ configuration, folder, store: store.audit, clock, onFailure: () => {} });
        const trail = auditTrailOf(audit);
        const keys = store.sealingKeys;
        const opened = await decryptRecords(records, { who, why, account, trail, keys, wrappers, clock });
        await audit.checkpoint();
        return opened;
      } finally {
        await store.close();
      }
    },
  };
}

/** Rows of the store are synced when their transaction ends, in both databases. */
function auditTrailOf(audit: AuditRecorder): AuditTrail {
  return {
    append: ({ target: object, detail: fields, ...entry }) =>
      audit.record({ ...entry, object, fields, outcome: 'success' }),
  };
}

function readWrappers(environment: settings.Environment, folder: string, language: PeopleLanguage) {
  const { GUARDIAN_SEALING_KEY: keys, GUARDIAN_SEALING_KEY_FILE: file } = environment;
  if (keys?.trim()) return localWrappers(keys, 'GUARDIAN_SEALING_KEY');
  if (!file?.trim()) {
    const { noKey, noKeyRemedy: remedy } = messagesFor(language).sealing;
    const reason = noKey('GUARDIAN_SEALING_KEY_FILE');
    throw new GuardianError('configuration_invalid', { key: 'GUARDIAN_SEALING_KEY', reason, remedy });
  }
  return localWrappers(readText(file.trim(), folder), 'GUARDIAN_SEALING_KEY_FILE');
}

function readText(path: string, folder: string): string {
  const place = path === '-' ? 0 : settings.readablePath(path, folder);
  try {
    return readFileSync(place, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new GuardianError('source_unreadable', { path, ...(code === undefined ? {} : { reason: code }), cause });
  }
}

type StoredEvents = Awaited<ReturnType<Store['index']['get']>>;

function storedRecords(name: string, events: StoredEvents): SealedRecord[] {
  return events.flatMap(({ projectId, event }) => {
    const envelope = envelopeOf(event.attributes);
    if (envelope === null) return [];
    const { sealed: _sealed, ...attributes } = event.attributes;
    const { id, body: message, time } = event;
    const service = event.service ?? '';
    const content = {
      id,
      time: new Date(time).toISOString(),
      service,
      message,
      exceptions: event.exceptions,
      attributes,
    };
    return [{ name: `event ${name}`, id, service, projectId, envelope, content }];
  });
}

/** Lines as the SDK writes them; those that hold nothing sealed are passed over. */
function fileRecords(path: string, folder: string): SealedRecord[] {
  const records: SealedRecord[] = [];
  readText(path, folder)
    .split('\n')
    .forEach((line, index) => {
      if (!line.includes('"sealed"') || records.length >= MOST_RECORDS) return;
      const record = jsonObject(line);
      const entry = record?.kind === 'entry' ? asSealedEntry(record, `${path}:${index + 1}`) : null;
      if (entry !== null) records.push(entry);
      const envelope = envelopeOf(record?.attributes);
      if (record === null || envelope === null || typeof record.id !== 'string') return;
      const { sealed: _sealed, ...attributes } = record.attributes as Record<string, unknown>;
      const service = typeof record.service === 'string' ? record.service : '';
      const content = { ...record, attributes };
      records.push({ name: `${path}:${index + 1}`, id: record.id, service, projectId: null, envelope, content });
    });
  return records;
}

function jsonObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
