import type { OpenDeployOptions, OpenedDeploy } from './open-deploy.ts';

/** Null where no target is configured: then nothing of deployment is loaded at all. */
export async function loadDeploy(options: OpenDeployOptions): Promise<OpenedDeploy | null> {
  if (Object.keys(options.configuration.deploy.targets).length === 0) return null;
  const { openDeploy } = await import('./open-deploy.ts');
  return openDeploy(options);
}
