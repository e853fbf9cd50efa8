export {
  type AgentCommand,
  type CommandRunnerOptions,
  createCommandRunner,
  type RunnerBounds,
} from './command-runner.ts';
export { type AgentUser, findMeans, type Means } from './isolation.ts';
