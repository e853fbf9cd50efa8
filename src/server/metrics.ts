/** What the server tells of its requests, and what whoever reads figures is given. Nothing of it throws but `read`. */
export interface ServerMetrics {
  /** `route`: the pattern, never the address. */
  request(observed: { method: string; route: string; status: number; seconds: number }): void;
  /** A request of a client that sends events, by what became of it. */
  intake(observed: { format: string; status: number }): void;
  refused(observed: { format: string; reason: string }): void;
  listeners(count: number): void;
  /** Every method and pattern that is served, so that they stand at 0 before anybody asks; read once, at the first reading. */
  routes(read: () => readonly { method: string; route: string }[]): void;
  /** All figures as Prometheus reads them, and the content type of that text. */
  read(): Promise<{ text: string; type: string }>;
}
