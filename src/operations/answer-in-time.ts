/** Milliseconds that a check or a plugin's rows of the status may take. */
export const MODULE_TIMEOUT = 2000;

/**
 * What some work answers, or an Error that says that it took too long; then its signal is aborted. What it throws, and what it
 * does later, is no harm.
 */
export async function answerInTime<T>(
  work: (signal: AbortSignal) => Promise<T>,
  timeout: number = MODULE_TIMEOUT,
): Promise<T | Error> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Error>((resolve) => {
    timer = setTimeout(() => resolve(new Error(`no answer within ${timeout} ms`)), timeout);
  });
  const answered = Promise.resolve()
    .then(() => work(controller.signal))
    .catch((thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown))));
  try {
    return await Promise.race([answered, late]);
  } finally {
    clearTimeout(timer);
    controller.abort(new Error('the time is over'));
  }
}
