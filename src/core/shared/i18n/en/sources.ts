/** Where events come from: what keeps them from being read. */
export const sources = {
  missing: 'is missing',
  noProject: (slug: string) => `there is no project "${slug}"`,
  failedTimes: (reason: string, times: number) => `${reason}, ${times} times`,
  noWholeAnswer: (ms: number) => `no whole answer within ${ms} ms`,
  entryLimit: (entries: number) => `the limit of ${entries} entries was reached`,
  samePage: 'the same page was offered again',
  noJson: 'the answer is no JSON object',
  brokenConnection: 'the connection broke',
  noReason: 'no reason given',
  query: (project: string) => `The query to Cloud Logging in project ${project}`,
  noCredentials: 'no credentials were found',
  noToken: 'the credentials gave no token',
};
