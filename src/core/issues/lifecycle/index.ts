export {
  type ActionContext,
  type ActionRefusal,
  type ActionResult,
  applyAction,
  type IssueAction,
  quietDays,
} from './apply-action.ts';
export { orderRevisions } from './revision-order.ts';
