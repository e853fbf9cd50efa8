// In place of @opentelemetry/semantic-conventions for better-auth (`overrides` of the root's package.json): it names its spans with these four
// of the 10 MB of names there are, and Guardian gives it no tracer. Names: https://opentelemetry.io/docs/specs/semconv/
export const ATTR_DB_COLLECTION_NAME = 'db.collection.name';
export const ATTR_DB_OPERATION_NAME = 'db.operation.name';
export const ATTR_HTTP_RESPONSE_STATUS_CODE = 'http.response.status_code';
export const ATTR_HTTP_ROUTE = 'http.route';
