import { parentPort, workerData } from 'node:worker_threads';
import { type ConnectionOptions, serveConnection } from './connection.ts';

if (parentPort) serveConnection(parentPort, workerData as ConnectionOptions);
