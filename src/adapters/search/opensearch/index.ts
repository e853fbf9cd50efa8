export { openCluster, type ReadyCluster, type SearchCluster } from './cluster.ts';
export type { ClusterOptions } from './options.ts';
