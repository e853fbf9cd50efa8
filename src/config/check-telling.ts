import { GuardianError } from '../core/shared/index.ts';
import type { Configuration } from './schema.ts';

type Channel = Configuration['routes'][number]['over'][number];
type Recipient = Configuration['recipients'][string];

/** Domains that nobody reads mail at (RFC 2606, RFC 6761), and what people write when they mean to fill it in later. */
const RESERVED =
  /(?:^|[@.])(?:example(?:\.(?:com|net|org))?|invalid|test|localhost|local|yourdomain\.com|domain\.com|changeme\.com)$/i;
const PLACEHOLDER = /^(?:changeme|todo|xxx+|your[-_ ].*|<.*>|\$\{.*\})$/i;

/**
 * Whether everybody whom a route, a step of escalation or a rotation names can be reached over what it names. Throws `configuration_invalid` with the
 * key's path and what to do; nothing is sent.
 */
export function checkTelling(configuration: Configuration): void {
  const { routes, notify, roles, recipients } = configuration;
  for (const [name, { rotation }] of Object.entries(roles)) {
    for (const id of rotation) if (!recipients[id]) refuse(`roles.${name}.rotation`, unknown(id, recipients));
  }
  routes.forEach((route, index) => {
    checkTarget(configuration, `routes[${index}] (${route.name})`, route.to, route.over);
  });
  notify.escalation.forEach((step, index) => {
    checkTarget(configuration, `notify.escalation[${index}]`, step.to, step.over);
  });
  const isMailNamed = [...routes, ...notify.escalation].some(({ over }) => over.includes('email'));
  if (isMailNamed && !canMail(configuration)) {
    refuse(
      'mail.smtp.host',
      'routes send mail, and there is no server for it',
      'Set SMTP_URL or SENDGRID_API_KEY, or notify.simulate: true.',
    );
  }
}

function canMail({ mail, channels, notify }: Configuration): boolean {
  return notify.simulate || mail.smtp.host !== null || channels.sendgrid.apiKey !== null;
}

function checkTarget(configuration: Configuration, key: string, to: readonly string[], over: readonly Channel[]): void {
  for (const target of to) {
    const ids = idsOf(configuration, target);
    if (ids.length === 0) refuse(key, unknown(target, configuration.recipients));
    for (const channel of over) {
      checkChannel(configuration, key, channel);
      for (const id of ids) checkAddresses(configuration, { key, id, channel });
    }
  }
}

function idsOf({ recipients, roles }: Configuration, target: string): string[] {
  if (!target.startsWith('role:')) return recipients[target] ? [target] : [];
  const role = target.slice('role:'.length);
  const rotation = roles[role]?.rotation;
  if (rotation) return rotation;
  return Object.entries(recipients)
    .filter(([, recipient]) => recipient.roles.includes(role))
    .map(([id]) => id);
}

function checkChannel({ channels, notify }: Configuration, key: string, channel: Channel): void {
  const { accountSid, authToken, from } = channels.twilio;
  if (channel === 'sms' && !notify.simulate && (!accountSid || !authToken || !from))
    refuse(
      key,
      'sends SMS, and Twilio is not set up',
      'Set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM_NUMBER.',
    );
}

function checkAddresses(
  { recipients, notify, channels }: Configuration,
  { key, id, channel }: { key: string; id: string; channel: Channel },
): void {
  const addresses = (recipients[id] as Recipient)[channel];
  if (addresses.length === 0) {
    if (channel === 'pagerduty' && channels.pagerduty.routingKey) return;
    const remedy = ENVIRONMENT[channel]?.(id.toUpperCase());
    refuse(
      key,
      `"${id}" has no address for ${channel}`,
      remedy ? `Set ${remedy}, or recipients.${id}.${channel}.` : undefined,
    );
  }
  for (const address of addresses) checkAddress(address, { id, channel, notify });
}

function checkAddress(
  address: string,
  { id, channel, notify }: { id: string; channel: Channel; notify: Configuration['notify'] },
): void {
  const key = `recipients.${id}.${channel}`;
  if (PLACEHOLDER.test(address)) refuse(key, 'holds a placeholder');
  if (!notify.allowReservedDomains && RESERVED.test(domainOf(address, channel)))
    refuse(
      key,
      `"${domainOf(address, channel)}" is reserved: nobody reads there`,
      'Give a real address; notify.allowReservedDomains: true allows it for trying things out.',
    );
  if (channel === 'email' && !/^[^\s@]+@[^\s@]+$/.test(address)) refuse(key, 'is not an e-mail address');
  if ((channel === 'slack' || channel === 'webhook') && !/^https?:\/\//.test(address))
    refuse(key, 'is not an http address');
}

const ENVIRONMENT: Partial<Record<Channel, (person: string) => string>> = {
  email: (person) => `EMAIL_${person}`,
  slack: (person) => `SLACK_WEBHOOK_${person}`,
};

/** A server on this machine may well be a receiver; a mailbox there is none. */
function domainOf(address: string, channel: Channel): string {
  if (channel === 'email') return address.split('@').at(-1) ?? '';
  if (channel !== 'slack' && channel !== 'webhook') return '';
  const host = URL.canParse(address) ? new URL(address).hostname : '';
  return host === 'localhost' ? '' : host;
}

function unknown(target: string, recipients: Configuration['recipients']): string {
  const known = Object.keys(recipients);
  return `"${target}" is nobody; known are ${known.length === 0 ? 'none' : known.join(', ')}`;
}

function refuse(key: string, reason: string, remedy?: string): never {
  throw new GuardianError('configuration_invalid', { key, reason, ...(remedy ? { remedy } : {}) });
}
