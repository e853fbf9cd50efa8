export { createElasticBulkFormat, type ElasticBulkOptions } from './bulk-format.ts';
export { type ElasticError, elasticError } from './elastic-reply.ts';
export { type ElasticSetUpRequest, elasticSetUpReply } from './set-up.ts';
