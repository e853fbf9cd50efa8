export { createExplainer, type Explainer, type ExplainerOptions, type ExplainRequest } from './explainer.ts';
export type * from './explanation.ts';
