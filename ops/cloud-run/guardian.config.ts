/** The secret `guardian-configuration`. Cloud Run names the address of a service before there is one. */
const address = 'https://guardian-PROJECT_NUMBER.REGION.run.app';

export default {
  server: { publicUrl: address },
  // Cloud Scheduler starts the reports: without requests there may be no instance whose own clock could.
  reports: { everyMs: null, triggerAudience: address },
  sources: { pushServiceAccount: 'guardian-scheduler@PROJECT_ID.iam.gserviceaccount.com' },
};
