import { connect, createServer, type Socket } from 'node:net'

import { readStatements } from './statements.ts'

/**
 * `open`: everything passes. `silent`: nothing does and nobody is told, as when packets are dropped; what was sent meanwhile
 * arrives when the way is open again, as TCP would send it again. `cut`: connections break and new ones are refused.
 */
export type WireState = 'open' | 'silent' | 'cut'

/** A statement on its way to the server. `let it pass`, or end here what sent it, before or after the server has done it. */
export type Verdict = 'pass' | 'die-before' | 'die-after'

/** The way from one replica to a server behind it. */
export interface Wire {
  port: number
  set(state: WireState): void
  /** Milliseconds each answer of the server takes longer. */
  delay(milliseconds: number): void
  /** Asked of each statement; null: nobody is. `die` is called at the moment that was chosen. */
  watch(watcher: { judge(text: string): Verdict; die(): void } | null): void
  /** Connections that are open now. */
  open(): number
  close(): Promise<void>
}

interface Flow {
  push(chunk: Buffer): void
  end(): void
  flush(): void
}

export async function openWire(target: { host: string; port: number }): Promise<Wire> {
  const pairs = new Set<{ near: Socket; far: Socket; flows: Flow[] }>()
  let state: WireState = 'open'
  let delayMs = 0
  let watcher: Parameters<Wire['watch']>[0] = null

  /** Keeps what comes while the wire is silent, and the order of what is delayed. */
  function flowTo(socket: Socket, delayed: boolean): Flow {
    const kept: (Buffer | null)[] = []
    let due = Promise.resolve()
    const deliver = (chunk: Buffer | null) => {
      if (state === 'silent') kept.push(chunk)
      else if (chunk) socket.write(chunk)
      else socket.end()
    }
    const pass = (chunk: Buffer | null) => {
      if (!delayed || delayMs === 0) {
        deliver(chunk)
        return
      }
      const after = new Promise((resolve) => setTimeout(resolve, delayMs))
      due = due
        .then(() => after)
        .then(() => {
          deliver(chunk)
        })
    }
    return {
      push: pass,
      end: () => {
        pass(null)
      },
      flush: () => {
        for (const chunk of kept.splice(0)) deliver(chunk)
      },
    }
  }

  const server = createServer({ allowHalfOpen: true }, (near) => {
    near.on('error', () => near.destroy())
    if (state === 'cut') {
      near.destroy()
      return
    }
    const far = connect(target)
    near.setNoDelay()
    far.setNoDelay()
    const [forth, back] = [flowTo(far, false), flowTo(near, true)]
    const pair = { near, far, flows: [forth, back] }
    pairs.add(pair)
    const statements = readStatements()
    let dying = false
    near.on('data', (chunk) => {
      const executed = statements(chunk)
      const verdict = executed.map((text) => watcher?.judge(text) ?? 'pass').find((one) => one !== 'pass')
      if (verdict === 'die-before') watcher?.die()
      else forth.push(chunk)
      dying ||= verdict === 'die-after'
    })
    far.on('data', (chunk) => {
      if (dying && endsReady(chunk)) watcher?.die()
      else back.push(chunk)
    })
    near.on('end', forth.end)
    far.on('end', back.end)
    const gone = () => {
      if (!near.destroyed || !far.destroyed) return
      pairs.delete(pair)
    }
    near.on('close', () => {
      if (state !== 'silent') far.destroy()
      gone()
    })
    far.on('error', () => far.destroy())
    far.on('close', () => {
      if (state !== 'silent') near.destroy()
      gone()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()

  return {
    port: typeof address === 'object' && address ? address.port : 0,
    set(next) {
      state = next
      for (const { near, far, flows } of pairs) {
        if (next === 'open') for (const flow of flows) flow.flush()
        if (next === 'cut' || near.destroyed || far.destroyed) {
          near.destroy()
          far.destroy()
        }
      }
    },
    delay(milliseconds) {
      delayMs = milliseconds
    },
    watch(next) {
      watcher = next
    },
    open: () => pairs.size,
    async close() {
      for (const { near, far } of pairs) {
        near.destroy()
        far.destroy()
      }
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** ReadyForQuery, which ends an answer: type, length of five, and the state of the transaction. */
const endsReady = (chunk: Buffer): boolean =>
  chunk.length >= 6 && chunk[chunk.length - 6] === 0x5a && chunk.readInt32BE(chunk.length - 5) === 5
