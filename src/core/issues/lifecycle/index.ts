export {
  type ActionContext,
  type ActionRefusal,
  type ActionResult,
  applyAction,
  type IssueAction,
  quietDays,
} from './apply-action.ts';
export { broughtBy } from './brought-by.ts';
export { orderRevisions } from './revision-order.ts';
