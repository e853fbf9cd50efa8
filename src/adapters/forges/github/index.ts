export { createGitHubForge, type GitHubOptions } from './github-forge.ts';
