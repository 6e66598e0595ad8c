import { z } from 'zod'

import type { App } from '../../platform/app.ts'
import type { Gauges } from '../../platform/gauges.ts'
import { endpoint, type Route } from '../../platform/http/index.ts'

/** One thing that must hold for requests to be answered. */
export interface Check {
  name: string
  holds(): Promise<boolean>
}

const Status = z.object({ status: z.enum(['up', 'down']) })
const Report = Status.extend({ checks: z.record(z.string(), z.enum(['up', 'down'])) })

/** Milliseconds a check may take; slower counts as down. */
const deadlineMs = 1_500

/** Told at once: a check that takes its time would have requests sent here meanwhile. */
const leaving = { status: 503, body: { status: 'down', checks: { accepting: 'down' } } } as const

/** `stopping` turns readiness off before anything else stops. */
export function routes(checks: readonly Check[], stopping: () => boolean): Route[] {
  const report = async (path: '/health' | '/health/ready') => {
    if (stopping() && path === '/health/ready') return leaving
    const results = await Promise.all(
      checks.map(async (check) => [check.name, await statusOf(check)] as const),
    )
    const all = results.every(([, status]) => status === 'up')
    const body = { status: all ? 'up' : 'down', checks: Object.fromEntries(results) }
    return { status: all ? 200 : 503, body }
  }
  return [
    endpoint({
      method: 'get',
      path: '/health/live',
      summary: 'Whether the process runs',
      access: 'public',
      limit: 'none',
      reply: { 200: Status },
      handle: async () => ({ status: 200, body: { status: 'up' } }),
    }),
    ...(['/health', '/health/ready'] as const).map((path) =>
      endpoint({
        method: 'get',
        path,
        summary: path === '/health' ? 'How each part is' : 'Whether requests can be answered',
        access: 'public',
        limit: 'none',
        reply: { 200: Report, 503: Report },
        handle: () => report(path),
      }),
    ),
  ]
}

async function statusOf(check: Check): Promise<'up' | 'down'> {
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, deadlineMs, false).unref())
  const holds = await Promise.race([check.holds().catch(() => false), late])
  return holds ? 'up' : 'down'
}

/** For Prometheus: on the management port, or outside production on the public one. */
export const metricsRoutes = ({ metrics }: Pick<App, 'metrics'>, gauges: Gauges): Route[] => [
  endpoint({
    method: 'get',
    path: '/metrics',
    summary: 'What this process counts, and how things stand',
    access: 'public',
    limit: 'none',
    reply: { 200: z.string() },
    async handle() {
      const { type, body } = await metrics.render()
      return { status: 200, body: `${body}${await gauges.render()}`, headers: { 'content-type': type } }
    },
  }),
]
