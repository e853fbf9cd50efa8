export {
  type ActionContext,
  type ActionRefusal,
  type ActionResult,
  applyAction,
  type IssueAction,
  quietDays,
} from './apply-action.ts';
export { escalationLimit } from './escalation.ts';
export { isRegression } from './regression.ts';
export { orderRevisions } from './revision-order.ts';
