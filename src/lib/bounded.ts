/**
 * How many entries a cache (lru-cache) holds at most, without room for all of them from the start: `max` takes the memory of a
 * full cache at once, and the time to fill it with nothing.
 */
export const atMost = (entries: number): { maxSize: number; sizeCalculation: () => number } => ({
  maxSize: entries,
  sizeCalculation: one,
})

const one = (): number => 1
