import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readLaunch } from '../../src/adapters/targets/process/supervisor/state.ts';
import { connectSupervisor } from '../../src/adapters/targets/process/supervisor-client.ts';

/** Ends the service with its proxy. What is deployed goes on without Guardian; after trying it out nothing should be left. */
export async function endService(dataFolder: string): Promise<void> {
  const folder = join(dataFolder, 'targets', 'emergence');
  if (!existsSync(join(folder, 'launch.json'))) return;
  await connectSupervisor({ name: 'emergence', folder, launch: readLaunch(folder) }).stop();
}
