import type { IssueAction } from '../contracts/api/issues.ts';
import type { Overview } from '../contracts/api/overview.ts';
import type { KeyScope, Project } from '../core/access/index.ts';
import type { EventIndex } from '../core/events/index.ts';
import type { Fixes, FixReader } from '../core/fixes/index.ts';
import type { IssueReader, StoredIssue } from '../core/issues/index.ts';
import type { HandOff, ReportStore } from '../core/reports/index.ts';
import type { Clock, Messages } from '../core/shared/index.ts';
import type { TemplateRenderer } from '../core/templates/index.ts';

/** What the tools need of the rest: the composition root hands it over once. */
export interface McpOptions {
  issues: Pick<IssueReader, 'list'>;
  events: Pick<EventIndex, 'search' | 'get'>;
  reports: Pick<ReportStore, 'list' | 'get'>;
  projects(): Promise<Pick<Project, 'id' | 'slug'>[]>;
  /** By id or by short id (`SHOP-12`, any case); null when there is none. A merged one is given as it is. */
  findIssue(name: string): Promise<StoredIssue | null>;
  overview(): Promise<Overview>;
  /** The hand-off document of one stored issue; null when its events are gone. */
  handOffOf(issueId: string): Promise<HandOff | null>;
  /** Carries the action out on each of the ids, as the API does; one result for each, in order. */
  actOnIssues(ids: string[], action: IssueAction, actor: string): Promise<IssueActionResult[]>;
  fixes: McpFixes;
  /** For the sentences of errors, hand-offs and reports. */
  messages: Messages;
  /** What reports are rendered with; default: the built-in templates. */
  templates?: TemplateRenderer;
  clock: Clock;
  version: string;
  /** Told what went wrong inside, with its cause; the agent gets a sentence without it. */
  onError?(error: unknown): void;
  /** Bytes of one request's body. Default 256 KiB: the largest is a note of 10,000 characters. */
  bodyBytes?: number;
  /** Milliseconds until a request that got no answer is given up. Default 60 s. */
  timeoutMs?: number;
  /** Origins besides the server's own and this machine's whose pages may call, `https://host:port`. */
  allowedOrigins?: readonly string[];
}

export interface IssueActionResult {
  id: string;
  isDone: boolean;
  /** Why not, in Guardian's own words: no event's or caller's text may stand here. Null when it was done. */
  reason: string | null;
}

/** Hand-offs of issues, as the API does them. */
export interface McpFixes extends Pick<Fixes, 'handOff' | 'reply'>, Pick<FixReader, 'list' | 'get' | 'about'> {}

/** Whose key it is that asks; the server has checked it. */
export interface Principal {
  id: string;
  /** The key's label. */
  name: string;
  scope: KeyScope;
}
