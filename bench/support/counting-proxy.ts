import { connect, createServer, type Socket } from 'node:net'

/** What the application asked of Postgres since the last reset. */
export interface Counted {
  /** Statements executed, `begin` and `commit` included. */
  statements: number
  /** Transactions with a write in them, explicit ones and single statements alike. */
  commits: number
  texts: string[]
}

export interface CountingProxy {
  port: number
  reset(): void
  counted(): Counted
  close(): Promise<void>
}

/**
 * Stands between the application and Postgres and counts what the application's own pool executes, by reading the
 * protocol (PostgreSQL manual, section 55.7). LISTEN and the job queue have connections of their own and are left out.
 */
export async function openCountingProxy(target: { host: string; port: number }): Promise<CountingProxy> {
  let counted: Counted = { statements: 0, commits: 0, texts: [] }
  const sockets = new Set<Socket>()
  const count = (text: string, inTransaction: boolean) => {
    counted.statements++
    counted.texts.push(text.replace(/\s+/g, ' ').trim())
    if (/^commit/i.test(text) || (!inTransaction && isWrite(text))) counted.commits++
  }
  const server = createServer((client) => {
    const upstream = connect(target)
    const read = readFrontend(count)
    client.on('data', read)
    client.pipe(upstream)
    upstream.pipe(client)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => sockets.delete(socket))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    reset: () => {
      counted = { statements: 0, commits: 0, texts: [] }
    },
    counted: () => counted,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const isWrite = (text: string): boolean =>
  /^\s*(insert|update|delete|with)\b/i.test(text) || /\b(audit_append|add_job|pg_notify)\b/.test(text)

/** Reads one connection's frontend messages; calls `count` for every executed statement of the application's pool. */
function readFrontend(count: (text: string, inTransaction: boolean) => void): (chunk: Buffer) => void {
  const texts = new Map<string, string>()
  let pending = Buffer.alloc(0)
  let started = false
  let ours = false
  let bound = ''
  let inTransaction = false

  function executed(text: string): void {
    if (ours) count(text, inTransaction)
    if (/^\s*begin/i.test(text)) inTransaction = true
    if (/^\s*(commit|rollback)/i.test(text)) inTransaction = false
  }

  const messages: Record<string, (body: Buffer) => void> = {
    Q: (body) => {
      executed(cString(body, 0).text)
    },
    P: (body) => {
      const name = cString(body, 0)
      texts.set(name.text, cString(body, name.next).text)
    },
    B: (body) => {
      const portal = cString(body, 0)
      bound = cString(body, portal.next).text
    },
    E: () => {
      executed(texts.get(bound) ?? '')
    },
  }

  return (chunk) => {
    pending = Buffer.concat([pending, chunk])
    for (;;) {
      const head = started ? 1 : 0
      if (pending.length < head + 4) return
      const length = pending.readInt32BE(head) + head
      if (pending.length < length) return
      const body = pending.subarray(head + 4, length)
      if (started) messages[String.fromCharCode(pending[0] ?? 0)]?.(body)
      else ours = body.includes('application_name\0gatehouse\0')
      started = true
      pending = pending.subarray(length)
    }
  }
}

function cString(body: Buffer, from: number): { text: string; next: number } {
  const end = body.indexOf(0, from)
  return { text: body.toString('utf8', from, end), next: end + 1 }
}
