export { createFileAnchor, readAnchorFile } from './anchor-file.ts';
export { createGuardianAnchor, createWebhookAnchor } from './anchor-post.ts';
