import { GuardianError, messagesFor, type Saying, sayingsOf } from '../core/shared/index.ts';
import type { Configuration } from './schema.ts';

const { telling: say, none, shapes } = sayingsOf(messagesFor('en').configuration, 'configuration');

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
    refuse('mail.smtp.host', say.noMailServer, say.noMailServerRemedy);
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
    refuse(key, say.noTwilio, say.noTwilioRemedy);
}

function checkAddresses(
  { recipients, notify, channels }: Configuration,
  { key, id, channel }: { key: string; id: string; channel: Channel },
): void {
  const addresses = (recipients[id] as Recipient)[channel];
  if (addresses.length === 0) {
    if (channel === 'pagerduty' && channels.pagerduty.routingKey) return;
    const variable = ENVIRONMENT[channel]?.(id.toUpperCase());
    refuse(
      key,
      say.noAddress(id, channel),
      variable === undefined ? undefined : say.noAddressRemedy(variable, `recipients.${id}.${channel}`),
    );
  }
  for (const address of addresses) checkAddress(address, { id, channel, notify });
}

function checkAddress(
  address: string,
  { id, channel, notify }: { id: string; channel: Channel; notify: Configuration['notify'] },
): void {
  const key = `recipients.${id}.${channel}`;
  if (PLACEHOLDER.test(address)) refuse(key, say.placeholder);
  if (!notify.allowReservedDomains && RESERVED.test(domainOf(address, channel)))
    refuse(key, say.reserved(domainOf(address, channel)), say.reservedRemedy);
  if (channel === 'email' && !/^[^\s@]+@[^\s@]+$/.test(address)) refuse(key, shapes.address);
  if ((channel === 'slack' || channel === 'webhook') && !/^https?:\/\//.test(address)) refuse(key, say.noHttpAddress);
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

function unknown(target: string, recipients: Configuration['recipients']): Saying {
  const known = Object.keys(recipients);
  return say.nobody(target, known.length === 0 ? none : known.join(', '));
}

function refuse(key: string, reason: Saying, remedy?: Saying): never {
  throw new GuardianError('configuration_invalid', { key, reason, ...(remedy ? { remedy } : {}) });
}
