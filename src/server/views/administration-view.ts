import type {
  ApiKey as ApiKeyView,
  IngestKey as IngestKeyView,
  Project as ProjectView,
  User as UserView,
} from '../../contracts/api/administration.ts';
import type { ApiKey, IngestKey, Project, ServiceActivity } from '../../core/access/index.ts';
import { toInstant } from '../../core/shared/index.ts';
import type { KnownUser } from '../auth/users.ts';

const instantOrNull = (time: number | null) => (time === null ? null : toInstant(time));

export function projectView(project: Project, activity: readonly ServiceActivity[]): ProjectView {
  const { id, slug, name, createdAt } = project;
  const own = activity.filter(({ projectId }) => projectId === id);
  const lastEventAt = own.reduce((last, service) => Math.max(last, service.lastEventAt), 0);
  return {
    id,
    slug,
    name,
    createdAt: toInstant(createdAt),
    services: own.map(({ service }) => service),
    lastEventAt: lastEventAt === 0 ? null : toInstant(lastEventAt),
    eventsLastDay: own.reduce((sum, { eventsLastDay }) => sum + eventsLastDay, 0),
  };
}

/** `address`: how clients reach the server, `https://guardian.example.com/prefix`. */
export function ingestKeyView({ key, projectId, ...rest }: IngestKey, address: string): IngestKeyView {
  const { label, kind, ratePerMinute, createdAt, revokedAt } = rest;
  const url = new URL(address);
  const dsn = `${url.protocol}//${key}@${url.host}${url.pathname.replace(/\/$/, '')}/${projectId}`;
  return { key, label, kind, ratePerMinute, createdAt: toInstant(createdAt), revokedAt: instantOrNull(revokedAt), dsn };
}

export function apiKeyView({ id, label, scope, createdAt, lastUsedAt, expiresAt, revokedAt }: ApiKey): ApiKeyView {
  return {
    id,
    label,
    scope,
    createdAt: toInstant(createdAt),
    lastUsedAt: instantOrNull(lastUsedAt),
    expiresAt: instantOrNull(expiresAt),
    revokedAt: instantOrNull(revokedAt),
  };
}

export function userView({ createdAt, ...user }: KnownUser): UserView {
  return { ...user, createdAt: toInstant(createdAt) };
}
