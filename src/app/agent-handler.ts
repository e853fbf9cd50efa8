import type { Logger } from 'pino';
import type { Store } from '../adapters/store/sql/index.ts';
import type { Configuration } from '../config/index.ts';
import { type Clock, messagesFor } from '../core/shared/index.ts';
import type { TemplateRenderer } from '../core/templates/index.ts';
import type { McpHandler } from '../mcp/index.ts';
import type { AgentServices, FixControl, McpCaller } from '../server/index.ts';
import type { WorkMethods } from './work-methods.ts';

export interface AgentHandlerOptions {
  configuration: Configuration;
  store: Store;
  work: WorkMethods;
  /** What agents do as people do it; the server has it once it is made. */
  services(): AgentServices;
  fixes: FixControl;
  /** What reports are rendered with. */
  templates: TemplateRenderer;
  clock: Clock;
  version: string;
  logger: Logger;
}

const SCOPE = { viewer: 'read', member: 'write', admin: 'admin' } as const;

/** The Model Context Protocol over the same stores, actions and documents that the API has. */
export function agentHandler(options: AgentHandlerOptions): (request: Request, caller: McpCaller) => Promise<Response> {
  const { configuration, store, work, services, fixes, templates, clock, version, logger } = options;
  const { language } = configuration;
  const publicUrl = configuration.server.publicUrl;
  let handler: Promise<McpHandler> | null = null;
  // The library is loaded when the first agent asks: it takes 10 MB.
  const open = async () => {
    const { createMcpHandler } = await import('../mcp/index.ts');
    return createMcpHandler({
      issues: store.issues,
      events: store.index,
      reports: store.reports,
      projects: () => store.projects.list(),
      findIssue: (name) => services().findIssue(name),
      overview: () => services().overview(language),
      handOffOf: (issueId) => work.handOffOf(issueId, language),
      actOnIssues: async (ids, action, actor) => {
        const results = [];
        for (const name of ids) results.push(await services().actOnIssue({ name, action, actor, language }));
        return results;
      },
      fixes: { ...fixes, ...store.fixes },
      messages: messagesFor(language),
      templates,
      clock,
      version,
      onError: (error) => logger.warn({ error: String(error) }, 'an agent’s request failed'),
      allowedOrigins: publicUrl === null ? [] : [new URL(publicUrl).origin],
    });
  };
  return async (request, { actor, name, role }) => {
    handler ??= open();
    return (await handler)(request, { id: actor, name, scope: SCOPE[role] });
  };
}
