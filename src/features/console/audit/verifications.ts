import type { Act } from '../acts.ts'
import type { Console } from '../parts.ts'
import { badge, cell, facts, found, type Found, list, type Section, table, text, time } from '../shown.ts'
import type { Visit } from '../visit/at-console.ts'

const path = '/console/audit'

const read = 'GET /admin/audit/verifications'

/** The link to its page. */
export const verify = {
  href: `${path}/verify`,
  name: 'verify_audit',
  operation: 'POST /admin/audit/verifications',
}

export const verificationActs: readonly Act[] = [
  {
    name: verify.name,
    screen: 'audit',
    path: verify.href,
    operation: verify.operation,
    asked: () => ({}),
    cancel: () => path,
  },
]

/** The newest verification of the whole log, and what it found in each class; nothing where there was none. */
export async function verificationSections({ operations }: Console, { caller }: Visit): Promise<Section[]> {
  if (!operations.has(read)) return []
  const [newest] = list(found((await operations.run(caller, read)).body).items)
  if (!newest) return []
  const about = facts(
    {
      state: badge(stateOf(newest)),
      since: time(newest.started_at),
      ended: time(newest.ended_at),
    },
    'console.audit.verification',
  )
  return newest.state === 'ended' ? [about, resultsOf(list(newest.classes))] : [about]
}

const stateOf = ({ state, whole }: Found): unknown => {
  if (state !== 'ended') return state
  return whole === true ? 'whole' : 'not_whole'
}

const resultsOf = (classes: readonly Found[]): Section =>
  table(
    classes,
    {
      class: ({ class: name }) => badge(name),
      verified: ({ records }) => cell(records),
      first_bad: ({ first_bad: bad }) => cell(bad === null ? null : badOf(found(bad)), { kind: 'long' }),
    },
    { titleKey: 'console.audit.verified', emptyKey: 'console.audit.no_chain' },
  )

const badOf = ({ fault, sequence, record_id: id, detail }: Found): string =>
  [text(fault), text(sequence), text(id), text(detail)].filter((one) => one !== '').join(', ')
