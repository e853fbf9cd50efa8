export { MASK_LIMIT, maskMessage } from './mask-message.ts';
export { createTemplateTree, type TemplateTree } from './template-tree.ts';
export { DEFAULT_TEMPLATE_TREE, type TemplateTreeOptions } from './template-tree-options.ts';
