export { checkTemplate, type TemplateProblem, type TemplateShape } from './check-template.ts';
export { escapeFor, Fragment, type TemplateFormat } from './escape.ts';
export { parseTemplate, type TemplateNode } from './parse-template.ts';
export { type BlockOverrides, renderTemplate } from './render-template.ts';
export { TemplateError, type TemplateWords } from './template-error.ts';
export { readTemplateFile, type TemplateFile } from './template-file.ts';
