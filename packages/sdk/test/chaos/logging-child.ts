import { createDelivery } from '../../src/delivery/create-delivery.ts';
import { guardianSink } from '../../src/sinks/guardian.ts';

// A process that is killed: logs a record each turn to FOLDER and URL, and says on standard output what it accepted, turn by turn.
const [folder, url, prefix = 'child', perTurn = '5'] = process.argv.slice(2);
if (!folder || !url) throw new Error('logging-child FOLDER URL [PREFIX] [PER TURN]');

const delivery = createDelivery({
  sink: guardianSink({ url, key: 'k' }),
  folder,
  onTrouble: () => undefined,
  knobs: { flushAfterMs: 20, minRetryMs: 20, maxRetryMs: 100 },
});
let sequence = 0;

function turn(): void {
  const ids: string[] = [];
  for (let index = 0; index < Number(perTurn); index++) {
    sequence++;
    const id = `${prefix}-${sequence}`;
    const line = JSON.stringify({ id, severity: 'info', message: `order ${sequence} paid`, attributes: { sequence } });
    const isTaken = delivery.accept({
      id,
      sequence,
      level: 'info',
      line,
      bytes: Buffer.byteLength(line),
      acceptedAt: performance.now(),
      count: 1,
    });
    if (isTaken) ids.push(id);
  }
  // Said in a later turn of the loop: what was accepted before has had its turn's end.
  setImmediate(() => setImmediate(() => process.stdout.write(`${ids.join(' ')}\n`)));
}

setInterval(turn, 2);
