/** Who hears of it when the agents fail. The address comes from the environment (`EMAIL_OPERATOR`), the port of a mail server on this machine from `NEXTGENERATION_MAIL_PORT`. */
const mailPort = Number(process.env.NEXTGENERATION_MAIL_PORT ?? '1025');

export default {
  service: 'nextgeneration',
  timeZone: 'Europe/Paris',
  reports: { everyMs: null, digestAt: null },
  mail: {
    tag: 'Next generation',
    from: 'guardian@workshop.example',
    smtp: { host: '127.0.0.1', port: mailPort, encryption: 'none' },
  },
  notify: { allowReservedDomains: true },
  alertTypes: ['AGENT_FAILS', 'NEW_ERROR'],
  rules: [
    {
      name: 'agent-fails',
      type: 'AGENT_FAILS',
      severity: 'error',
      advice: 'Look at the trace of its last record: the step before says what it was asked for.',
      issues: { of: 'events', within: '10m', services: ['nextgeneration'], from: 3 },
    },
    {
      name: 'new-error',
      type: 'NEW_ERROR',
      issues: { of: 'opened', within: '10m', services: ['nextgeneration'] },
    },
  ],
  recipients: { operator: { name: 'Operator', roles: ['operators'] } },
  routes: [
    {
      name: 'agents',
      on: ['alert_fired', 'alert_resolved'],
      types: ['AGENT_FAILS', 'NEW_ERROR'],
      to: ['role:operators'],
      over: ['email'],
    },
  ],
};
