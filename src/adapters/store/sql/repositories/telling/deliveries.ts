import type { Kysely, Selectable } from 'kysely';
import type { Delivery, DeliveryStore, MailMessage } from '../../../../../core/notify/index.ts';
import { parseCursor, toPage } from '../../cursor.ts';
import { packJson, unpackJson } from '../../packed-json.ts';
import type { DeliveryTable } from '../../schema/telling.ts';
import type { Schema } from '../../schema.ts';
import { newDeliveryRow, storable, toMessage } from './delivery-row.ts';

/** Mails about one service to one recipient that the next one is compared with: each told something new, so that there are never many. */
const TOLD = 200;

/** The mails of reports, and every delivery as screens of before read it. */
export function createDeliveryStore(db: Kysely<Schema>): DeliveryStore {
  return {
    async queue({ id, occasion, channel, recipient, message, about, createdAt }) {
      const target = { recipientId: '', channel, address: recipient };
      const queued = await db
        .insertInto('delivery')
        .values({
          ...newDeliveryRow({ key: occasion, target, at: createdAt }, {}),
          id,
          ...kindOf(occasion, about),
          title: message.subject,
          service: about.service,
          message: packJson(toMessage(message)),
          about: JSON.stringify(about),
        })
        .onConflict((conflict) => conflict.columns(['key', 'recipient', 'channel', 'address']).doNothing())
        .returning('id')
        .executeTakeFirst();
      return queued !== undefined;
    },

    async settle(id, { state, nextAttemptAt, sentAt, lastError, receipt }) {
      await db
        .updateTable('delivery')
        .set((eb) => ({
          state: newState(state, lastError !== null),
          next_attempt_at: nextAttemptAt,
          sent_at: sentAt,
          last_error: storable(lastError),
          receipt: storable(receipt),
          claimed_until: null,
          stood_in_at: eb.ref('created_at'),
        }))
        .where('id', '=', id)
        .execute();
    },

    async get(id) {
      const row = await db.selectFrom('delivery').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? toDelivery(row) : null;
    },

    async list({ cursor, limit }) {
      let deliveries = db
        .selectFrom('delivery')
        .selectAll()
        .where('state', '<>', 'suppressed')
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (cursor !== null) {
        const { value, id } = parseCursor(cursor);
        deliveries = deliveries.where((eb) => eb(eb.refTuple('created_at', 'id'), '<', eb.tuple(value, id)));
      }
      const page = toPage(await deliveries.execute(), limit, (row) => ({ value: row.created_at, id: row.id }));
      return { items: page.rows.map(toDelivery), nextCursor: page.next };
    },

    async told({ projectId, service, recipient, since }) {
      // Index `delivery_last`.
      const rows = await db
        .selectFrom('delivery')
        .select(['key', 'about', 'created_at'])
        .where('address', '=', recipient)
        .where('service', '=', service)
        .where('created_at', '>', since)
        .where('dedupe_key', '=', reportsOf({ projectId, service }))
        .where('state', 'not in', ['dead', 'suppressed'])
        .where('about', '<>', 'null')
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(TOLD)
        .execute();
      return rows.map(({ key, about, created_at }) => {
        const { status, issues } = JSON.parse(about) as Delivery['about'];
        return { at: created_at, status, issues, occasion: key };
      });
    },
  };
}

/** Mails of one dedupe key leave in their order: of reports those of a service, of hand-offs each for itself. */
function kindOf(key: string, about: ReportSubject): { occasion: string; dedupe_key: string } {
  if (key.startsWith('fix:')) return { occasion: 'hand_off', dedupe_key: key };
  return { occasion: key.startsWith('digest:') ? 'usage_digest' : 'report_ready', dedupe_key: reportsOf(about) };
}

type ReportSubject = Pick<Delivery['about'], 'projectId' | 'service'>;

/** Services of two projects may have one name. */
function reportsOf({ projectId, service }: ReportSubject): string {
  return `report:${projectId ?? ''}:${service}`;
}

/** As screens of before name them. What is suppressed is no message to them. */
export const OLD_STATES: Record<string, Delivery['state']> = {
  pending: 'pending',
  held: 'pending',
  failed: 'pending',
  sending: 'sending',
  sent: 'sent',
  stored: 'stored',
  simulated: 'stored',
  dead: 'failed',
};

function newState(state: Delivery['state'], hasFailed: boolean): string {
  if (state === 'failed') return 'dead';
  return state === 'pending' && hasFailed ? 'failed' : state;
}

function toDelivery(row: Selectable<DeliveryTable>): Delivery {
  const message = unpackJson(row.message) as MailMessage | null;
  return {
    id: row.id,
    occasion: row.key,
    channel: row.channel as Delivery['channel'],
    recipient: row.address,
    message: message ?? {
      subject: row.title,
      text: '',
      html: '',
      attachments: [],
      date: row.created_at,
      language: 'en',
    },
    about: (JSON.parse(row.about) as Delivery['about'] | null) ?? {
      projectId: null,
      service: '',
      status: 'OK',
      issues: [],
    },
    state: OLD_STATES[row.state] ?? 'pending',
    attempts: row.attempts,
    createdAt: row.created_at,
    nextAttemptAt: row.next_attempt_at,
    sentAt: row.sent_at,
    lastError: row.last_error,
    receipt: row.receipt,
  };
}
