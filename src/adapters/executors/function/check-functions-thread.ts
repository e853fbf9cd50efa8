import { parentPort, workerData } from 'node:worker_threads';
import type { FunctionAddress, FunctionFinding } from './function-messages.ts';

/** Loads one module after the other and says of each whether the function is there. What loading one does to the thread is told by the thread's end. */
const functions = workerData as readonly FunctionAddress[];
for (const { module, export: name } of functions) parentPort!.postMessage(await look(module, name));

async function look(module: string, name: string): Promise<FunctionFinding> {
  try {
    const loaded = (await import(module)) as Record<string, unknown>;
    return { isLoaded: true, isFunction: typeof loaded[name] === 'function' };
  } catch (thrown) {
    return { isLoaded: false, error: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown) };
  }
}
