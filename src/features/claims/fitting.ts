/** Bytes of JSON that all claims of operators in one token may have. */
export const mostBytes = 4_096

/** As many claims as there is room for, in bytes of JSON, the first ones first; what does not fit is left out whole. */
export function fitting(
  claims: Readonly<Record<string, unknown>>,
  room: number,
): {
  claims: Record<string, unknown>
  dropped: string[]
} {
  let left = Math.min(room, mostBytes)
  const fits = (entry: [string, unknown]): boolean => {
    const size = Buffer.byteLength(JSON.stringify(entry))
    if (size > left) return false
    left -= size
    return true
  }
  const kept = Object.entries(claims).filter(fits)
  const names = new Set(kept.map(([claim]) => claim))
  return {
    claims: Object.fromEntries(kept),
    dropped: Object.keys(claims).filter((claim) => !names.has(claim)),
  }
}
