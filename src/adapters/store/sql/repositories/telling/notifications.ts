import type { Kysely } from 'kysely';
import type { NotificationStore } from '../../../../../core/notify/index.ts';
import type { Schema } from '../../schema.ts';
import { createDeliveryQueue } from './delivery-queue.ts';
import { createDeliveryReader } from './delivery-reader.ts';
import { createIntakeStore } from './intake.ts';
import { createUndeliveredStore } from './undelivered.ts';

export function createNotificationStore(db: Kysely<Schema>): NotificationStore {
  return {
    ...createIntakeStore(db),
    ...createDeliveryQueue(db),
    ...createUndeliveredStore(db),
    log: createDeliveryReader(db),
  };
}
