/** What somebody typed: JSON where it is some, else the text itself. */
export function jsonOrText(typed: string): unknown {
  try {
    return JSON.parse(typed)
  } catch {
    return typed
  }
}
