import { secondsAfter } from '../../lib/clock.ts'
import { type App, bySystem } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import type { WithSettings } from '../settings/index.ts'
import * as buckets from './repository.ts'

type Parts = Pick<App, 'db' | 'clock' | 'log'> & WithSettings

/** Counts failures over all accounts and networks. */
export interface Alarm {
  noteFailure(): void
  close(): Promise<void>
}

const everyMs = 1_000

/** Seconds the alarm stays on after the last minute that was too bad. */
const alarmSeconds = 10 * 60

/**
 * A guess at each of very many accounts from very many networks fills no bucket. What it cannot hide is their sum: it is
 * counted here and added up for all processes once a second, so that no row is written by every attempt. A killed process
 * loses the count of its last second.
 */
export function openAlarm(app: Parts): Alarm {
  let failures = 0

  async function write(): Promise<void> {
    if (failures === 0) return
    const noted = failures
    failures = 0
    try {
      await add(app, noted)
    } catch (error) {
      failures += noted
      app.log.warn({ err: error }, 'failed sign-ins were not counted; trying again')
    }
  }

  let writing = Promise.resolve()
  const timer = setInterval(() => {
    writing = writing.then(write)
  }, everyMs)
  timer.unref()
  return {
    noteFailure: () => {
      failures++
    },
    close: async () => {
      clearInterval(timer)
      await writing
      await write()
    },
  }
}

async function add(app: Parts, noted: number): Promise<void> {
  const at = app.clock.now()
  const minute = new Date(Math.floor(at.getTime() / 60_000) * 60_000)
  const threshold = await app.settings.get('lockout.alarm_failures_per_minute')
  const failures = await buckets.addFailures(app.db, minute, noted)
  if (failures < threshold) return
  const raised = await transaction(app.db, async (tx) => {
    if (!(await buckets.raiseAlarm(tx, at, secondsAfter(at, alarmSeconds)))) return false
    const data = { failures, threshold }
    await audit.record(tx, at, bySystem, { action: 'lockout.alarm_raised', details: data })
    await outbox.publish(tx, at, bySystem, { type: 'auth.alarm.raised', subject: 'lockout', data })
    return true
  })
  if (raised) app.log.warn({ failures, threshold }, 'many sign-ins fail: unknown devices must prove work')
}
