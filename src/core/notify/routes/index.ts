export { addressName, addressOf } from './address-name.ts';
export { ADMINISTRATORS, type Directory, type Rotation } from './directory.ts';
export { explainRoutes, type RouteExplanation } from './explain-routes.ts';
export { type Matched, matchRoutes, peopleOf, type RouteCondition, type Routing } from './match-routes.ts';
export { onCall } from './on-call.ts';
