/** Rows one statement of a sweep removes: short enough that nobody waits behind it. */
const batchSize = 1_000

/** Repeats `step` with a bounded number of rows until it finds fewer than it may take. */
export async function inBatches(step: (limit: number) => Promise<number>): Promise<void> {
  while ((await step(batchSize)) === batchSize);
}
