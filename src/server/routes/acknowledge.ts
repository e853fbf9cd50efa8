import { html } from 'hono/html';
import type { LinkPage } from '../../core/notify/index.ts';
import type { AppContext } from '../app-env.ts';
import { PAGE_POLICY } from '../middleware/security-headers.ts';
import { recordLinkUse } from '../telling/record-link-use.ts';
import { createRouter } from './router.ts';

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 34rem; margin: 0 auto; padding: 1.2rem; }
li { margin-block: .6rem; overflow-wrap: anywhere; }
button { font: inherit; padding: .8rem 1.2rem; width: 100%; border-radius: 8px; border: 1px solid currentColor; cursor: pointer; }
.state { opacity: .8; }`;

/**
 * What the links of messages lead to. Mail programs and scanners fetch every link they see: looking at it changes nothing; the button on the page does. The
 * signed token is all that is needed, so that it works from a phone nobody is signed in on.
 */
export const acknowledgeRoutes = createRouter()
  .get('/ack/:token', async (context) => {
    const page = await context.var.services.telling.links.page(context.req.param('token'));
    return show(context, page, false);
  })
  .post('/ack/:token', async (context) => {
    const page = await context.var.services.telling.links.acknowledge(context.req.param('token'));
    if (page.kind === 'page' && page.changed.length > 0) await recordLinkUse(context, page);
    return show(context, page, true);
  });

function show(context: AppContext, page: LinkPage, isDone: boolean) {
  const { messages, language } = context.var;
  const say = messages.notify.acknowledgePage;
  const status = page.kind === 'page' ? 200 : page.kind === 'expired' ? 410 : 404;
  context.header('content-security-policy', PAGE_POLICY);
  return context.html(
    html`<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${say.title}</title><style>${STYLE}</style></head>
<body>${page.kind === 'page' ? alertsOf(page, say, isDone) : html`<h1>Guardian</h1><p role="alert">${page.kind === 'expired' ? say.expired : say.invalid}</p>`}
<p><a href="/alerts">${say.open}</a></p></body></html>`,
    status,
  );
}

type Sentences = AppContext['var']['messages']['notify']['acknowledgePage'];

function alertsOf({ alerts }: Extract<LinkPage, { kind: 'page' }>, say: Sentences, isDone: boolean) {
  const isOpen = alerts.some(({ state }) => state === 'open');
  const items = alerts.map(({ alert, state }) => {
    const told = {
      open: '',
      acknowledged: isDone ? say.done : say.already,
      resolved: say.over,
      other_firing: say.other,
    }[state];
    return html`<li><b>${alert.type}</b> ${alert.subject.name}<br>${alert.description}${told === '' ? '' : html`<br><span class="state">${told}</span>`}</li>`;
  });
  return html`<h1>${isOpen ? say.title : 'Guardian'}</h1><ul>${items}</ul>
${isOpen ? html`<form method="post"><p>${say.question}</p><button type="submit">${say.button}</button></form>` : html`<p role="status">${alerts.length === 0 ? say.over : ''}</p>`}`;
}
