export { type MessageForm, type RenderOptions, renderMessage, renderTest } from './render-message.ts';
export { type RenderOutageOptions, renderOutage } from './render-outage.ts';
