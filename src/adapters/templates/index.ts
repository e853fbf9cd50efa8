export { readTemplateFolder } from './read-folder.ts';
export { type FolderWatch, watchFolder } from './watch-folder.ts';
