export {
  type AgentCommand,
  type CommandRunnerOptions,
  createCommandRunner,
  type RunnerBounds,
} from './command-runner.ts';
export type { AgentUser, Means } from './isolation.ts';
