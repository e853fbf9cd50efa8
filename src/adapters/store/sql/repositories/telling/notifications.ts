import type { NotificationStore } from '../../../../../core/notify/index.ts';
import type { StoreDialect } from '../../dialects/dialect.ts';
import { createDeliveryQueue } from './delivery-queue.ts';
import { createDeliveryReader } from './delivery-reader.ts';
import { createIntakeStore } from './intake.ts';
import { createUndeliveredStore } from './undelivered.ts';

export function createNotificationStore(dialect: StoreDialect): NotificationStore {
  const db = dialect.kysely;
  return {
    ...createIntakeStore(dialect),
    ...createDeliveryQueue(dialect),
    ...createUndeliveredStore(db),
    log: createDeliveryReader(db),
  };
}
