/** Colours of the page. Inline styles carry the dark theme, so that mail clients that drop `<style>` still show it; classes turn it light where asked. */
export const DARK = {
  page: '#14161a',
  card: '#1e2228',
  line: '#343a44',
  text: '#e8eaed',
  muted: '#a3acb9',
  code: '#0f1114',
  mark: '#5a1e22',
  errors: '#33161a',
  warnings: '#33260f',
  patterns: '#12233a',
} as const;

export const STATUS_COLORS: Record<string, string> = { OK: '#44ff44', DEGRADED: '#ffaa00', CRITICAL: '#ff4444' };
/** For any status, priority or severity that is not known. */
export const NEUTRAL = '#4a9eff';

export const TAG_COLORS = { endpoint: '#4a9eff', file: '#ffaa00', type: '#ff6b6b', plain: '#a3acb9' } as const;

const SANS = "-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
export const MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono',monospace";

export const STYLES = {
  body: `margin:0;padding:0;background:${DARK.page};color:${DARK.text};font:15px/1.5 ${SANS}`,
  wrap: 'width:100%;max-width:920px;margin:0 auto;border-collapse:collapse',
  h2: `margin:28px 0 10px;font-size:18px;line-height:1.3;color:${DARK.text}`,
  h3: `margin:0 0 6px;font-size:15px;line-height:1.4;color:${DARK.text};overflow-wrap:anywhere;word-break:break-word`,
  muted: `color:${DARK.muted};font-size:13px;overflow-wrap:anywhere;word-break:break-word`,
  pre: `margin:8px 0 0;padding:10px;background:${DARK.code};color:${DARK.text};border-radius:6px;font:12px/1.5 ${MONO};white-space:pre-wrap;overflow-wrap:anywhere;word-break:break-word`,
  cell: `padding:4px 8px;border-bottom:1px solid ${DARK.line};vertical-align:top;overflow-wrap:anywhere;word-break:break-word`,
} as const;

/** A card's style with its own background and the colour of its left edge. */
export function cardStyle(background: string, edge: string): string {
  return `margin:0 0 12px;padding:12px 14px;background:${background};border:1px solid ${DARK.line};border-left:4px solid ${edge};border-radius:8px;overflow-wrap:anywhere;word-break:break-word`;
}

/** The light theme, where the reader's system or mail program asks for it; and what small screens need. */
export const STYLESHEET = `
:root{color-scheme:dark light}
a{color:inherit}
@media (prefers-color-scheme:light){
.g-page{background:#f6f7f9!important;color:#1b1f24!important}
.g-card{background:#ffffff!important;border-right-color:#d5dae1!important;border-bottom-color:#d5dae1!important}
.g-card:not(.g-sum){border-top-color:#d5dae1!important}.g-sum{border-left-color:#d5dae1!important}
.g-errors{background:#fdeceb!important}.g-warnings{background:#fff4e0!important}.g-patterns{background:#e9f1fc!important}
.g-text{color:#1b1f24!important}.g-muted{color:#57606a!important}
.g-pre{background:#f0f2f5!important;color:#1b1f24!important}
.g-mark{background:#ffd7d5!important;color:#1b1f24!important}.g-gutter{color:#57606a!important}
.g-cell{border-color:#d5dae1!important}
.g-tag-endpoint{color:#0b5cad!important}.g-tag-file{color:#8a5a00!important}.g-tag-type{color:#b3261e!important}.g-tag-plain{color:#57606a!important}
}
@media (max-width:560px){.g-pad{padding:12px!important}.g-sum{width:50%!important;min-width:0!important}}
`.trim();
