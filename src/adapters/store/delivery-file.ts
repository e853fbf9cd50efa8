import type { DeliveryLog, DeliveryRow } from '../../core/notify/index.ts';
import { openRowFile } from './row-file.ts';

/**
 * Deliveries in a file of rows. `isSending`: a mail server is configured, so that a message which was only stored has reached nobody.
 */
export function openDeliveryFile(path: string, { isSending }: { isSending: boolean }): DeliveryLog {
  const file = openRowFile<DeliveryRow>(path, (row) => typeof row.at === 'number' && Array.isArray(row.issues));
  const reached = (outcome: DeliveryRow['outcome']) => outcome === 'sent' || (outcome === 'stored' && !isSending);
  return {
    async told(service, recipient) {
      const isTheirs = (row: DeliveryRow) =>
        row.service === service && row.recipient === recipient && reached(row.outcome);
      return (await file.rows()).filter(isTheirs).reverse();
    },
    append: file.append,
  };
}
