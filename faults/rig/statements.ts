/**
 * Reads one connection's frontend messages (PostgreSQL manual, section 55.7) and answers, for each piece of the stream, the
 * texts of the statements it has executed. Only those of the application's own pool: LISTEN and the job queue have others.
 */
export function readStatements(): (chunk: Buffer) => string[] {
  const texts = new Map<string, string>()
  let pending: Buffer = Buffer.alloc(0)
  let started = false
  let bound = ''

  const messages: Record<string, (body: Buffer) => string | null> = {
    Q: (body) => stringAt(body, 0).text,
    P: (body) => {
      const name = stringAt(body, 0)
      texts.set(name.text, stringAt(body, name.next).text)
      return null
    },
    B: (body) => {
      bound = stringAt(body, stringAt(body, 0).next).text
      return null
    },
    E: () => texts.get(bound) ?? '',
  }

  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    const executed: string[] = []
    for (;;) {
      const head = started ? 1 : 0
      if (pending.length < head + 4) return executed
      const length = pending.readInt32BE(head) + head
      if (pending.length < length) return executed
      const text = started
        ? messages[String.fromCharCode(pending[0] ?? 0)]?.(pending.subarray(head + 4, length))
        : null
      if (typeof text === 'string') executed.push(text)
      started = true
      pending = pending.subarray(length)
    }
  }
}

function stringAt(body: Buffer, from: number): { text: string; next: number } {
  const end = body.indexOf(0, from)
  return { text: body.toString('utf8', from, end), next: end + 1 }
}
