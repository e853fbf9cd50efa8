import { parentPort, workerData } from 'node:worker_threads';
import { type Connection, type ConnectionOptions, openConnection, type StatementResult } from './connection.ts';
import { faultOf, type SqliteFault } from './store-error.ts';

/** What goes to the thread: a statement, or `null` to close. */
export interface ThreadRequest {
  id: number;
  statement: string | null;
  parameters: readonly unknown[];
}

export type ThreadReply = { id: number } & ({ result: StatementResult } | { fault: SqliteFault });

/** The thread's side of `openThreadConnection`: one connection, statements in the order they came. */
function serve(port: NonNullable<typeof parentPort>, options: ConnectionOptions): void {
  let connection: Connection;
  try {
    connection = openConnection(options);
  } catch (error) {
    port.postMessage({ id: 0, fault: faultOf(error) } satisfies ThreadReply);
    port.close();
    return;
  }
  port.postMessage({ id: 0, result: { rows: [], changes: 0, insertId: 0 } } satisfies ThreadReply);
  port.on('message', ({ id, statement, parameters }: ThreadRequest) => {
    if (statement === null) {
      connection.close();
      port.postMessage({ id, result: { rows: [], changes: 0, insertId: 0 } } satisfies ThreadReply);
      port.close();
      return;
    }
    try {
      port.postMessage({ id, result: connection.execute(statement, parameters) } satisfies ThreadReply);
    } catch (error) {
      port.postMessage({ id, fault: faultOf(error) } satisfies ThreadReply);
    }
  });
}

if (parentPort) serve(parentPort, workerData as ConnectionOptions);
