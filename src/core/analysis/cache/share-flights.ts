/**
 * Equal calls share one piece of work. A caller who leaves gets its own reason at once and cancels nobody; the work is ended when the last
 * of them has left.
 */
export interface SharedFlights<Value> {
  join(key: string, signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<Value>): Promise<Value>;
  /** Pieces of work under way. */
  readonly size: number;
}

interface Flight<Value> {
  result: Promise<Value>;
  ending: AbortController;
  waiting: number;
}

export function createSharedFlights<Value>(): SharedFlights<Value> {
  const flights = new Map<string, Flight<Value>>();

  const start = (key: string, work: (signal: AbortSignal) => Promise<Value>): Flight<Value> => {
    const ending = new AbortController();
    const flight: Flight<Value> = { ending, waiting: 0, result: work(ending.signal) };
    flights.set(key, flight);
    const land = () => {
      if (flights.get(key) === flight) flights.delete(key);
    };
    flight.result.then(land, land);
    return flight;
  };

  return {
    async join(key, signal, work) {
      signal?.throwIfAborted();
      const flight = flights.get(key) ?? start(key, work);
      flight.waiting++;
      const leave = () => {
        flight.waiting--;
        if (flight.waiting > 0) return;
        // Nobody joins a flight that is being ended.
        if (flights.get(key) === flight) flights.delete(key);
        flight.ending.abort(signal?.reason);
      };
      if (signal === undefined) return flight.result;
      return new Promise((resolve, reject) => {
        const left = () => {
          leave();
          reject(signal.reason);
        };
        signal.addEventListener('abort', left, { once: true });
        const done = () => signal.removeEventListener('abort', left);
        flight.result.then(
          (value) => {
            done();
            resolve(value);
          },
          (error) => {
            done();
            reject(error);
          },
        );
      });
    },
    get size() {
      return flights.size;
    },
  };
}
