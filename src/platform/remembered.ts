import type { App } from './app.ts'

/** Milliseconds. Older news than this may hide a change that takes something away, so Postgres is asked. */
const trustedStalenessMs = 1_000

export interface Remembered<Known> {
  /** What is known; read where it is not, or where the channel of changes is silent. Takes a connection then. */
  get(): Promise<Known>
  /** What is known, without waiting; null where it must be read. */
  known(): Known | null
  /** Whether nothing that changed elsewhere can have been missed. */
  isTrusted(): boolean
}

interface How<Known> {
  /** The topic of the bus by which every change is announced, in its transaction. */
  topic: string
  read(): Promise<Known>
  /** Called with what was read and is still so. */
  learned?(known: Known): void
  /** Called when something changed and what was known is forgotten; without it, who asks next reads it. */
  forgotten?(again: () => Promise<Known>): void
}

/** A whole table in memory, read again when it changes anywhere: in between, nobody asks Postgres. */
export function remembered<Known extends object>(
  { bus }: Pick<App, 'bus'>,
  { topic, read, learned, forgotten }: How<Known>,
): Remembered<Known> {
  let known: Known | null = null
  let reading: Promise<Known> | null = null
  let changes = 0

  async function learn(): Promise<Known> {
    const before = changes
    const found = await read()
    if (changes === before) {
      known = found
      learned?.(found)
    }
    return found
  }

  function learnOnce(): Promise<Known> {
    const mine = (reading ??= learn().finally(() => {
      if (reading === mine) reading = null
    }))
    return mine
  }

  function forget(): void {
    changes++
    known = null
    reading = null // what is on its way may be from before the change
    forgotten?.(learnOnce)
  }
  bus.on(topic, forget)
  bus.onGap(forget)

  const isTrusted = () => bus.staleFor() <= trustedStalenessMs
  return {
    isTrusted,
    known: () => (isTrusted() ? known : null),
    get: async () => (isTrusted() ? (known ?? learnOnce()) : read()),
  }
}
