/** Thrown while an answer is read that is longer than the bound. */
export class AnswerTooLarge extends Error {
  constructor(bytes: number) {
    super(`the answer is longer than ${bytes} bytes`);
    this.name = 'AnswerTooLarge';
  }
}

/**
 * `fetch` that reads at most so many bytes of an answer, then ends the connection; and that follows no redirection, which would carry
 * the key of one vendor to another address.
 */
export function boundedFetch(answerBytes: number): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: 'manual' });
    if (response.body === null) return response;
    let bytes = 0;
    const bounded = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          bytes += chunk.byteLength;
          if (bytes > answerBytes) controller.error(new AnswerTooLarge(answerBytes));
          else controller.enqueue(chunk);
        },
      }),
    );
    return new Response(bounded, {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
    });
  };
}
