export { createExecutors, type Executors, type ExecutorsOptions, type InternalWork } from './create-executors.ts';
