import { join } from 'node:path';

/**
 * A piano workshop's night: everything is copied at 01:00, a report is made of it, appointments are looked after at 16:00, and the humidity of every piano
 * once an hour. Who hears of what stands in the routes; the addresses come from the environment (EMAIL_NICOLAS, SLACK_WEBHOOK_ALLAN, SLACK_WEBHOOK_ADMIN_1 …).
 */
const here = import.meta.dirname;
const folder = process.env.GAZELLE_FOLDER ?? join(here, '.data');
const upstream = process.env.GAZELLE_UPSTREAM ?? 'http://127.0.0.1:4500';
const guardian = { url: process.env.GAZELLE_GUARDIAN ?? 'http://127.0.0.1:4400', key: process.env.GAZELLE_KEY ?? '' };
const timeZone = 'America/Montreal';
/** Port of a mail server on this machine that shows what it gets. */
const tryingOut = process.env.GAZELLE_MAIL_PORT;
const job = (name: string) => join(here, 'jobs', name);

export default {
  service: 'gazelle',
  timeZone,
  mail: { tag: 'Gazelle' },
  reports: { everyMs: null, digestAt: null },
  jobs: {
    full_sync: {
      label: 'Full sync',
      function: { module: job('full-sync.ts'), export: 'fullSync', input: { upstream, folder } },
      cron: '0 1 * * *',
      taskType: 'sync',
      timeout: '30m',
      mustFinishBy: '05:00',
      concurrency: 'gazelle-data',
      failWhen: [{ field: 'clients', is: 'below', value: 1 }],
    },
    timeline_report: {
      label: 'Timeline report',
      shell: { command: [process.execPath, job('timeline-report.ts'), folder] },
      after: ['full_sync'],
      taskType: 'report',
      timeout: '10m',
      retries: { count: 3, first: '30s', factor: 1, jitter: 0 },
      concurrency: 'gazelle-data',
      failWhen: [{ field: 'rows', is: 'below', value: 1 }],
      warnWhen: [{ field: 'recordErrors', of: 'rows', is: 'above', value: 0.01 }],
    },
    appointment_alerts: {
      label: 'Appointments of tomorrow',
      function: {
        module: job('appointment-alerts.ts'),
        export: 'appointmentAlerts',
        input: { upstream, guardian, timeZone },
      },
      cron: '0 16 * * *',
      mustFinishBy: '16:30',
    },
    humidity_scan: {
      label: 'Humidity',
      function: { module: job('humidity-scan.ts'), export: 'humidityScan', input: { upstream, guardian } },
      cron: '0 * * * *',
      warnWhen: [{ field: 'unknown', of: 'readings', is: 'above', value: 0.25 }],
    },
  },
  ...(tryingOut === undefined ? {} : tryItOut(Number(tryingOut))),
  alertTypes: ['TOO_DRY', 'TOO_HUMID', 'APPOINTMENT_UNCONFIRMED'],
  rules: [
    {
      name: 'too-dry',
      type: 'TOO_DRY',
      advice: 'Fill the humidifier, and look again in two hours.',
      measurement: {
        name: 'humidity',
        subjectKind: 'piano',
        unit: '%',
        value: { below: 35, clear: { above: 37 }, tiers: [{ below: 30, severity: 'critical' }] },
        examples: { match: [34.9, 28.5], noMatch: [35, 45, 70] },
      },
    },
    {
      name: 'too-humid',
      type: 'TOO_HUMID',
      advice: 'Empty the dehumidifier, and look again in two hours.',
      measurement: {
        name: 'humidity',
        subjectKind: 'piano',
        unit: '%',
        value: { above: 70, clear: { below: 68 }, tiers: [{ from: 90, severity: 'critical' }] },
        examples: { match: [70.1, 90], noMatch: [70, 45, 28.5] },
      },
    },
  ],
  recipients: {
    nicolas: { name: 'Nicolas', roles: ['technicians'], language: 'fr' },
    allan: { name: 'Allan', roles: ['technicians'] },
    louise: { name: 'Louise', roles: ['assistants'], language: 'fr' },
  },
  routes: [
    {
      name: 'nightly chain',
      on: ['job_failed', 'job_recovered', 'job_late'],
      jobs: ['full_sync', 'timeline_report'],
      to: ['role:administrators'],
      over: ['slack'],
    },
    {
      name: 'humidity, technician A',
      on: ['alert_fired', 'alert_escalated'],
      types: ['TOO_DRY', 'TOO_HUMID'],
      to: ['nicolas'],
      over: ['email', 'slack'],
    },
    {
      name: 'humidity, technician B',
      on: ['alert_fired', 'alert_escalated'],
      types: ['TOO_DRY', 'TOO_HUMID'],
      to: ['allan'],
      over: ['slack'],
    },
    { name: 'appointments', on: ['alert_fired'], types: ['APPOINTMENT_UNCONFIRMED'], to: ['louise'], over: ['email'] },
  ],
};

/** Addresses at example domains are taken, and mails go to this machine. */
function tryItOut(port: number) {
  return {
    mail: { tag: 'Gazelle', from: 'guardian@workshop.example', smtp: { host: '127.0.0.1', port, encryption: 'none' } },
    notify: { allowReservedDomains: true },
  };
}
