/** The same sequence for the same seed: what looks like chance here must come out alike twice, and guards nothing. */
export interface Chance {
  /** From 0 up to, not including, 1. */
  next(): number
  below(end: number): number
  /** True this often of one. */
  holds(share: number): boolean
  of<Item>(items: readonly [Item, ...Item[]]): Item
}

/** mulberry32, a generator of 32 bits of state in the public domain. */
export function chanceOf(seed: number): Chance {
  let state = seed | 0
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (end: number) => Math.floor(next() * end)
  return {
    next,
    below,
    holds: (share) => next() < share,
    of: (items) => items[below(items.length)] ?? items[0],
  }
}
