/**
 * Loaded ahead of a program that is measured (`--import`): tells its parent what the process used, and profiles it, when
 * asked over the channel between the two. Both programs carry it, so it weighs on neither comparison.
 */
import { Session } from 'node:inspector/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'

export type Ask = 'reset' | 'read' | 'profile' | 'profiled'

/** Since the last `reset`. */
export interface Usage {
  /** Microseconds of processor time, all threads. */
  cpu: number
  /** Milliseconds by which the event loop was late. */
  delay: { p50: number; p99: number }
}

/** Milliseconds between two looks at the event loop; what a look finds it late by is the delay. */
const resolution = 5

if (process.send && process.channel) {
  process.channel.unref()
  const delays = monitorEventLoopDelay({ resolution })
  delays.enable()
  let since = process.cpuUsage()
  const inspector = new Session()

  const late = (percent: number): number => Math.max(0, delays.percentile(percent) / 1e6 - resolution)

  const answers: Record<Ask, () => unknown> = {
    reset: () => {
      since = process.cpuUsage()
      delays.reset()
      return null
    },
    read: (): Usage => {
      const { user, system } = process.cpuUsage(since)
      return { cpu: user + system, delay: { p50: late(50), p99: late(99) } }
    },
    profile: async () => {
      inspector.connect()
      await inspector.post('Profiler.enable')
      await inspector.post('Profiler.setSamplingInterval', { interval: 250 })
      await inspector.post('Profiler.start')
      return null
    },
    profiled: async () => {
      const { profile } = await inspector.post('Profiler.stop')
      inspector.disconnect()
      return profile
    },
  }

  process.on('message', ({ ask }: { ask?: Ask }) => {
    if (ask !== undefined) void Promise.resolve(answers[ask]()).then((answer) => process.send?.({ answer }))
  })
}
