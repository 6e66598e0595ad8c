/** One `CN=value` of a name; the value without its escapes. */
export interface NamePart {
  type: string
  value: string
}

const part = String.raw`([A-Za-z][A-Za-z\d-]*)=((?:\\[\da-fA-F]{2}|\\[^\da-fA-F]|[^\\,+";<>\n#])(?:\\[\da-fA-F]{2}|\\[^\da-fA-F]|[^\\,+";<>\n])*)`

/** RFC 2253 allowed a space after the comma, and people write it. */
const separators = { ',': ', *', '\n': '\n' }

/**
 * Reads a distinguished name as people write it (RFC 4514: the most particular part first), or with `separator` a newline as
 * OpenSSL prints it. Null for what this does not understand, which is then equal to nothing: several attributes in one part,
 * quoted values, types by number, a part without value.
 */
export function readDistinguishedName(
  text: string,
  separator: keyof typeof separators = ',',
): NamePart[] | null {
  const parts: NamePart[] = []
  const next = new RegExp(`${part}(?:(${separators[separator]})|$)`, 'y')
  let more = true
  while (more) {
    const found = next.exec(text)
    if (!found) return null
    const [, type = '', value = '', separated] = found
    parts.push({ type: type.toUpperCase(), value: unescaped(value) })
    more = separated !== undefined
  }
  return parts
}

function unescaped(value: string): string {
  const bytes: Buffer[] = []
  for (const [one] of value.matchAll(/\\[\da-fA-F]{2}|\\[\s\S]|[^\\]+/g)) {
    if (/^\\[\da-fA-F]{2}$/.test(one)) bytes.push(Buffer.from(one.slice(1), 'hex'))
    else bytes.push(Buffer.from(one.startsWith('\\') ? one.slice(1) : one))
  }
  return Buffer.concat(bytes).toString()
}

/** Whether two names are the same: the same parts in the same order, values to the letter. */
export const sameName = (one: readonly NamePart[], other: readonly NamePart[]): boolean =>
  one.length === other.length &&
  one.every(({ type, value }, index) => other[index]?.type === type && other[index].value === value)
