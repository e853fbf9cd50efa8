/** What Guardian's own looks beside the reports of services find. */
export const guardians = {
  undocumented: (path: string, document: string) => `touches ${path}, and ${document} was not touched since`,
  noDocument: 'is not in the repository',
  failingCalls: (count: number) =>
    count === 1 ? 'A call of your own is answered 404 or 405' : `${count} calls of your own are answered 404 or 405`,
  requests: (count: number) => (count === 1 ? '1 request' : `${count} requests`),
  cutOff: (bound: number) => `Only the newest ${bound} answers of this kind were looked at`,
};
