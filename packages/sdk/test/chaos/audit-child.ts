import { audit, start } from '../../src/index.ts';

// A process that is killed: records in its audit trail without a pause, and says on standard output what was promised to be kept.
const [folder, url] = process.argv.slice(2);
if (!folder || !url) throw new Error('audit-child FOLDER URL');

await start({ url, key: 'k', service: 'shop', folder, onTrouble: () => undefined });
for (let number = 1; ; number++) {
  await audit.record({ actor: 'ana', action: 'order.refund', object: `order ${number}`, outcome: 'success' });
  process.stdout.write(`${number}\n`);
}
