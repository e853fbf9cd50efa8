import { messagesFor, sayingsOf } from '../../core/shared/index.ts';

/** What targets say by themselves, in no language yet: a supervisor sends it, and a deployment keeps it, for whoever reads it later. */
export const say = sayingsOf(messagesFor('en').targets, 'targets');

/** What is said of any deployment. */
export const sayAtDeploying = sayingsOf(messagesFor('en').deploying.errors, 'deploying.errors');
