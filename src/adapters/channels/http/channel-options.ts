/** What every channel over HTTP is made with. */
export interface HttpChannelOptions {
  /** ms for one attempt. */
  timeoutMs: number;
}
