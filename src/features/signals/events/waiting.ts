import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { topic } from './hold-events.ts'

/** Who waits for something to fetch, in this process. */
export interface Waiting {
  /** Until something came for this stream, or the time is up. A later one for the same stream takes its place. */
  forStream(streamId: string): Promise<void>
}

const Message = z.object({ streams: z.array(z.string()) })

/** Seconds a request is kept open where there is nothing to fetch (RFC 8936, section 2.2). */
const longestSeconds = 20

/** Requests one process keeps open: whoever comes then is answered at once. */
const most = 500

export function openWaiting({ bus }: Pick<App, 'bus'>): Waiting {
  const waiting = new Map<string, () => void>()
  bus.on(topic, (message) => {
    const parsed = Message.safeParse(message)
    for (const id of parsed.success ? parsed.data.streams : []) waiting.get(id)?.()
  })
  bus.onGap(() => {
    for (const wake of [...waiting.values()]) wake()
  })
  return {
    forStream(streamId) {
      waiting.get(streamId)?.()
      if (waiting.size >= most) return Promise.resolve()
      return new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(timer)
          if (waiting.get(streamId) === wake) waiting.delete(streamId)
          resolve()
        }
        const timer = setTimeout(wake, longestSeconds * 1000)
        timer.unref() // a process that stops waits for nobody
        waiting.set(streamId, wake)
      })
    },
  }
}
