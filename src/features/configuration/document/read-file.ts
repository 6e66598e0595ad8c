import { readDocument, type Source } from './read-document.ts'

/** Where a document of a file begins (YAML 1.2.2, section 9.1.4): in no text or block can a line begin like this. */
const separator = /^---(?=\s|$)/

/**
 * The documents of a file one by one, so that a long list of people does not have to fit into memory as data.
 *
 * @throws configuration_invalid (422) with path and line
 */
export function* documentsIn(text: string): Generator<Source> {
  let [begin, line, beginLine] = [0, 1, 1]
  const [empty] = [/^(\s|#[^\n]*(\n|$))*$/]
  for (let at = 0; at <= text.length;) {
    const end = text.indexOf('\n', at)
    const next = end === -1 ? text.length + 1 : end + 1
    if (at > begin && separator.test(text.slice(at, at + 4))) {
      const part = text.slice(begin, at)
      if (!empty.test(part)) yield readDocument(part, beginLine)
      ;[begin, beginLine] = [at, line]
    }
    at = next
    line++
  }
  yield readDocument(text.slice(begin), beginLine)
}
