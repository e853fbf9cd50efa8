export { createExecutors, type Executors, type ExecutorsOptions, type InternalWork } from './create-executors.ts';
export { checkFunctions } from './function/check-functions.ts';
