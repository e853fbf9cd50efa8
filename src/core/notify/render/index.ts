export { type MessageForm, type RenderOptions, renderMessage, renderTest } from './render-message.ts';
