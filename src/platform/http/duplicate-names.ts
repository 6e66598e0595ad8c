/** Strings and what gives JSON its structure; valid JSON holds nothing else that could be taken for these. */
const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g

/**
 * The first name that stands twice in one object of a JSON text, or null. Parsers keep the last and say nothing, so that
 * another program may have read the first (RFC 8259, section 4). The text must have parsed.
 */
export function duplicateName(json: string): string | null {
  const open: (Set<string> | null)[] = [] // names of an object, null for a list
  let last = ''
  for (const [token] of json.matchAll(tokens)) {
    const names = open.at(-1)
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(null)
    else if (token === '}' || token === ']') open.pop()
    else if (token === ':' && names) {
      const name = JSON.parse(last) as string // what stands before a colon is a string
      if (names.has(name)) return name
      names.add(name)
    }
    last = token
  }
  return null
}
