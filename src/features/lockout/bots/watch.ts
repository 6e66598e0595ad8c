import { secondsAfter } from '../../../lib/clock.ts'
import { type App, bySystem, type Db } from '../../../platform/app.ts'
import { tellReplicas } from '../../../platform/bus.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import * as outbox from '../../outbox/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import * as buckets from '../repository.ts'
import { everywhere } from './block.ts'
import * as bots from './repository.ts'
import type { Count, Counted } from './repository.ts'
import { type Trigger, triggers } from './triggers.ts'

type Parts = Pick<App, 'bus' | 'db' | 'clock' | 'log'> & WithSettings

/** Counts what machines do in bulk over all accounts and networks, and knows what is too much. */
export interface Watch {
  /** A wrong password. */
  noteFailure(): void
  /** Something else of `triggers`, from a block. */
  note(trigger: Trigger, block: Buffer): void
  /** Whether so much of it happens, everywhere or from this block, that a proof is wanted. Looks into memory only. */
  isRaised(trigger: Trigger, block?: Buffer): boolean
  close(): Promise<void>
}

const everyMs = 1_000

/** Seconds the alarm stays on after the last minute that was too bad. */
const alarmSeconds = 10 * 60

/** Seconds an alarm is on before one more bad minute makes it last longer: not every second of an attack is a write. */
const renewedAfter = 30

const topic = 'bots'

/**
 * A guess at each of very many accounts from very many networks fills no bucket. What it cannot hide is their sum: it is
 * counted here and added up for all processes once a second, so that no row is written by every attempt. A killed process
 * loses the count of its last second. What is raised is kept in memory by every process and told over the bus.
 */
export function openWatch(app: Parts): Watch {
  let counted = new Map<string, Count>()
  let raised = new Map<string, Date>()

  function note(trigger: Trigger, block: Buffer): void {
    const name = nameOf({ trigger, block })
    const known = counted.get(name)
    if (known) known.count++
    else counted.set(name, { trigger, block, count: 1 })
  }

  const isOn = (of: Counted, after: Date): boolean => (raised.get(nameOf(of)) ?? after) > after

  async function reload(): Promise<void> {
    try {
      const found = await bots.listRaised(app.db, app.clock.now())
      raised = new Map(found.map((one) => [nameOf(one), one.until]))
    } catch (error) {
      app.log.warn(
        { err: error },
        'which forms want a proof of work was not read; going on with what is known',
      )
    }
  }
  let reading = reload()
  const readAgain = () => {
    reading = reading.then(reload)
  }
  app.bus.on(topic, readAgain)
  app.bus.onGap(readAgain)

  async function write(): Promise<void> {
    if (counted.size === 0) return
    const noted = [...counted.values()]
    counted = new Map()
    try {
      const renewable = secondsAfter(app.clock.now(), alarmSeconds - renewedAfter)
      for (const total of await add(app, noted)) if (!isOn(total, renewable)) await raise(app, total)
    } catch (error) {
      for (const { trigger, block, count } of noted) for (let n = 0; n < count; n++) note(trigger, block)
      app.log.warn({ err: error }, 'failed sign-ins and forms were not counted; trying again')
    }
  }

  let writing = Promise.resolve()
  const timer = setInterval(() => {
    writing = writing.then(write)
  }, everyMs)
  timer.unref()
  return {
    noteFailure: () => {
      note('sign-in', everywhere)
    },
    note: (trigger, block) => {
      note(trigger, everywhere)
      if (triggers[trigger].ofBlock) note(trigger, block)
    },
    isRaised: (trigger, block = everywhere) => {
      const now = app.clock.now()
      return isOn({ trigger, block: everywhere }, now) || isOn({ trigger, block }, now)
    },
    close: async () => {
      clearInterval(timer)
      await writing
      await write()
      await reading
    },
  }
}

const nameOf = ({ trigger, block }: Counted): string => `${trigger} ${block.toString('hex')}`

interface Total extends Count {
  threshold: number
}

/** Those that are too many by now. */
async function add(app: Parts, noted: readonly Count[]): Promise<Total[]> {
  const minute = new Date(Math.floor(app.clock.now().getTime() / 60_000) * 60_000)
  const signIns = noted.filter(({ trigger }) => trigger === 'sign-in')
  const others = noted.filter(({ trigger }) => trigger !== 'sign-in')
  const totals = [
    ...(await Promise.all(
      signIns.map(async (one) => ({ ...one, count: await buckets.addFailures(app.db, minute, one.count) })),
    )),
    ...(others.length > 0 ? await bots.addCounts(app.db, minute, others) : []),
  ]
  const judged = await Promise.all(
    totals.map(async (one) => ({ ...one, threshold: await thresholdOf(app, one) })),
  )
  return judged.filter(({ count, threshold }) => count >= threshold)
}

function thresholdOf({ settings }: Parts, { trigger, block }: Counted): Promise<number> {
  const { everywhere: all, ofBlock } = triggers[trigger]
  return settings.get(block.length > 0 && ofBlock ? ofBlock : all)
}

async function raise(app: Parts, total: Total): Promise<void> {
  const at = app.clock.now()
  const until = secondsAfter(at, alarmSeconds)
  const isNew = await transaction(app.db, async (tx) => {
    const first = await (total.trigger === 'sign-in'
      ? buckets.raiseAlarm(tx, at, until)
      : bots.raise(tx, total, at, until))
    if (first && total.block.length === 0) await tell(tx, at, total)
    await tellReplicas(tx, topic, { trigger: total.trigger })
    return first
  })
  if (isNew) tellLog(app, total)
}

/** What comes from one block is in the log alone: an attack from very many must not fill the audit log. */
async function tell(tx: Db, at: Date, { trigger, count, threshold }: Total): Promise<void> {
  if (trigger === 'sign-in') {
    const data = { failures: count, threshold }
    await audit.record(tx, at, bySystem, { action: 'lockout.alarm_raised', details: data })
    await outbox.publish(tx, at, bySystem, { type: 'auth.alarm.raised', subject: 'lockout', data })
    return
  }
  const data = { trigger, count, threshold }
  await audit.record(tx, at, bySystem, { action: 'lockout.alarm_raised', details: data })
  await outbox.publish(tx, at, bySystem, { type: 'auth.bots.suspected', subject: trigger, data })
}

function tellLog({ log }: Parts, { trigger, block, count, threshold }: Total): void {
  if (trigger === 'sign-in')
    log.warn({ failures: count, threshold }, 'many sign-ins fail: unknown devices must prove work')
  else if (block.length === 0)
    log.warn({ trigger, count, threshold }, 'a form is sent very often: whoever sends it must prove work')
  else
    log.info({ trigger, count, threshold }, 'a form is sent very often by one network, which must prove work')
}
