/** What is left of an object when members that are undefined count as absent. */
export type Known<Given> = { [Key in keyof Given]: Exclude<Given[Key], undefined> }

/** Without members that are undefined: JSON has none, the types of its schemas have. */
export function known<Given extends object>(given: Given): Known<Given> {
  const kept = Object.entries(given).filter(([, value]) => value !== undefined)
  return Object.fromEntries(kept) as Known<Given> // filtered just so
}
