import type { Transaction } from 'kysely';
import type { Alert, AlertChange, AlertOutboxEntry, AlertWrite, LookState } from '../../../../../core/alerts/ports.ts';
import { chunksOf, inRounds } from '../../chunks.ts';
import type { GivenColumns, StoreDialect, Write } from '../../dialects/dialect.ts';
import type { Schema } from '../../schema.ts';
import { writesOfOutbox } from '../telling/outbox.ts';
import {
  ALERT_COLUMNS,
  LOOK_COLUMNS,
  toAlert,
  toAlertRow,
  toChangeRow,
  toLook,
  toLookRow,
  type WrittenAlert,
} from './alert-row.ts';

/**
 * The alerts and looks of some dedupe keys that one transaction decides on: read for update, decided in memory, written with few statements.
 * Everybody takes looks before alerts, each in the order of the keys. A key without an alert is held by its look, made for the purpose.
 */
export class AlertChanges {
  readonly #trx: Transaction<Schema>;
  readonly #dialect: StoreDialect;
  readonly #alerts = new Map<string, Alert>();
  readonly #looks = new Map<string, LookState>();
  readonly #writtenAlerts = new Set<string>();
  readonly #writtenLooks = new Set<string>();
  /** Keys whose look was made to be held. */
  readonly #heldKeys: string[] = [];
  readonly #changes: AlertChange[] = [];
  readonly #outbox: AlertOutboxEntry[] = [];

  private constructor(trx: Transaction<Schema>, dialect: StoreDialect) {
    this.#trx = trx;
    this.#dialect = dialect;
  }

  static async hold(trx: Transaction<Schema>, dialect: StoreDialect, keys: readonly string[]): Promise<AlertChanges> {
    const changes = new AlertChanges(trx, dialect);
    const sorted = [...new Set(keys)].sort();
    if (dialect.lock.isNeeded) await changes.#makeLooks(sorted);
    await changes.#load(sorted);
    return changes;
  }

  alert(key: string): Alert | null {
    return this.#alerts.get(key) ?? null;
  }

  look(key: string): LookState | null {
    return this.#looks.get(key) ?? null;
  }

  /** What is decided of a key counts for the next decision about it. */
  apply(key: string, { alert, look, changes, outbox }: AlertWrite): void {
    if (alert) {
      this.#alerts.set(key, { ...alert, dedupeKey: key, number: this.#alerts.get(key)?.number ?? 0 });
      this.#writtenAlerts.add(key);
    }
    if (look) {
      this.#looks.set(key, { ...look, dedupeKey: key });
      this.#writtenLooks.add(key);
    }
    this.#changes.push(...changes);
    this.#outbox.push(...outbox);
  }

  /** Gives the alerts that were written, as they are now. */
  async write(at: number): Promise<Alert[]> {
    const written = [...this.#writtenAlerts].map((key) => this.#alerts.get(key)!);
    await this.#addAlerts(written.filter(({ number }) => number === 0));
    await this.#updateAlerts(written.filter(({ number }) => number !== 0));
    const changes = chunksOf(this.#changes).map(
      (chunk): Write =>
        (db) =>
          db.insertInto('alert_change').values(chunk.map(toChangeRow)),
    );
    const looks = [...this.#writesOfLooks(), ...this.#removalOfLooks()];
    const rounds = inRounds([changes, writesOfOutbox(this.#outbox, at), looks]);
    for (const writes of rounds) await this.#dialect.writeTogether(this.#trx, writes);
    return [...this.#writtenAlerts].map((key) => this.#alerts.get(key)!);
  }

  async #makeLooks(keys: readonly string[]): Promise<void> {
    for (const chunk of chunksOf(keys)) {
      const empty = { bad_since: null, bad_count: 0, good_count: 0, unknown_count: 0, last_look_at: null };
      const made = await this.#trx
        .insertInto('alert_look')
        .values(chunk.map((dedupe_key) => ({ dedupe_key, ...empty })))
        .onConflict((conflict) => conflict.doNothing())
        .returning('dedupe_key')
        .execute();
      this.#heldKeys.push(...made.map(({ dedupe_key }) => dedupe_key));
    }
  }

  async #load(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const looks = await this.#trx
      .selectFrom('alert_look')
      .selectAll()
      .where('dedupe_key', 'in', this.#given(keys))
      .orderBy('dedupe_key')
      .modifyEnd(this.#dialect.lock.wait)
      .execute();
    for (const row of looks) {
      const look = toLook(row);
      if (look) this.#looks.set(row.dedupe_key, look);
    }
    const alerts = await this.#trx
      .selectFrom('alert')
      .selectAll()
      .where('dedupe_key', 'in', this.#given(keys))
      .orderBy('dedupe_key')
      .modifyEnd(this.#dialect.lock.wait)
      .execute();
    for (const row of alerts) this.#alerts.set(row.dedupe_key, toAlert(row));
  }

  #given(keys: readonly string[]) {
    const rows = keys.map((key) => ({ key }));
    return this.#trx
      .selectFrom(this.#dialect.given<{ key: string }>({ key: 'text' }, rows).as('given'))
      .select('given.key');
  }

  async #addAlerts(alerts: readonly Alert[]): Promise<void> {
    const names = Object.keys(ALERT_COLUMNS) as (keyof WrittenAlert)[];
    for (const chunk of chunksOf(alerts)) {
      const given = this.#dialect.given(ALERT_COLUMNS, chunk.map(toAlertRow)).as('given');
      const numbers = await this.#trx
        .insertInto('alert')
        .columns(names)
        .expression(this.#trx.selectFrom(given).select(names))
        .returning(['dedupe_key', 'number'])
        .execute();
      for (const { dedupe_key, number } of numbers) {
        this.#alerts.set(dedupe_key, { ...this.#alerts.get(dedupe_key)!, number });
      }
    }
  }

  async #updateAlerts(alerts: readonly Alert[]): Promise<void> {
    const { id: _, ...columns } = ALERT_COLUMNS;
    const names = Object.keys(columns) as (keyof typeof columns)[];
    for (const chunk of chunksOf(alerts)) {
      await this.#trx
        .updateTable('alert')
        .from(this.#dialect.given(ALERT_COLUMNS, chunk.map(toAlertRow)).as('given'))
        .set((eb) => Object.fromEntries(names.map((name) => [name, eb.ref(`given.${name}`)])))
        .whereRef('alert.id', '=', 'given.id')
        .execute();
    }
  }

  #writesOfLooks(): Write[] {
    const { dedupe_key: _, ...columns } = LOOK_COLUMNS;
    const changing = Object.keys(columns) as (keyof typeof columns)[];
    const names = Object.keys(LOOK_COLUMNS) as (keyof GivenColumns<Schema['alert_look']>)[];
    return chunksOf([...this.#writtenLooks]).map(
      (chunk): Write =>
        (db) => {
          const rows = chunk.map((key) => toLookRow(this.#looks.get(key)!));
          return (
            db
              .insertInto('alert_look')
              .columns(names)
              // SQLite takes `ON CONFLICT` after a SELECT for a join without this.
              .expression(
                this.#trx
                  .selectFrom(this.#dialect.given(LOOK_COLUMNS, rows).as('given'))
                  .select(names)
                  .where((eb) => eb.lit(true)),
              )
              .onConflict((conflict) =>
                conflict
                  .column('dedupe_key')
                  .doUpdateSet((eb) => Object.fromEntries(changing.map((name) => [name, eb.ref(`excluded.${name}`)]))),
              )
          );
        },
    );
  }

  /** Of those that were made to be held, and nothing was seen of. */
  #removalOfLooks(): Write[] {
    const unused = this.#heldKeys.filter((key) => !this.#writtenLooks.has(key));
    if (unused.length === 0) return [];
    return [(db) => db.deleteFrom('alert_look').where('dedupe_key', 'in', this.#given(unused))];
  }
}
