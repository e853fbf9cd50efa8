export { addressName } from './address-name.ts';
export type { Directory, Rotation } from './directory.ts';
export { explainRoutes, type RouteExplanation } from './explain-routes.ts';
export type { Matched, RouteCondition } from './match-routes.ts';
