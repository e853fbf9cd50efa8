export { judgeAlertPart } from './judge-alert.ts';
export { judgeJobPart } from './judge-job.ts';
export { judgeServicePart } from './judge-service.ts';
export { unify } from './unify.ts';
