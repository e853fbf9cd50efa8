/** What a listener did so far. */
export interface SyslogCounts {
  /** Messages that became events. */
  messages: number;
  /** Open now. */
  connections: number;
  /** Closed at once: too many were open. */
  refusedConnections: number;
  /** Closed after their silence. */
  idleConnections: number;
  /** Closed because a message did not come to its end in time. */
  slowConnections: number;
  failedHandshakes: number;
  /** Messages over the bound, kept as far as it goes. */
  cutMessages: number;
  /** Datagrams that came faster than they could be stored. */
  droppedDatagrams: number;
  /** Events that were received, but could not be stored before the stop. */
  lostEvents: number;
}

export function emptyCounts(): SyslogCounts {
  return {
    messages: 0,
    connections: 0,
    refusedConnections: 0,
    idleConnections: 0,
    slowConnections: 0,
    failedHandshakes: 0,
    cutMessages: 0,
    droppedDatagrams: 0,
    lostEvents: 0,
  };
}
