import type { Fault } from '../document/fault.ts'
import type { ConfigurationDocument, SectionName } from '../document/schema.ts'
import type { Machinery, Present, Section, Wanted } from '../sections/section.ts'
import { sections } from '../sections/sections.ts'
import { differences, type FieldChange } from './differences.ts'

/** What would be done to one thing. */
export interface Change {
  action: 'create' | 'change' | 'delete'
  section: SectionName | 'users'
  key: string
  fields: FieldChange[]
}

/** A change with what makes it. */
export interface Step {
  change: Change
  section: Section
  present: Present | null
  wanted: Wanted | null
}

export interface Planned {
  steps: Step[]
  faults: Fault[]
}

/**
 * What it takes until everything is as a document says. What it does not mention stays, unless `prune` says that a section
 * that is there names all that there should be.
 */
export async function planSections(
  app: Machinery,
  document: ConfigurationDocument,
  { prune }: { prune: boolean },
): Promise<Planned> {
  const planned: Planned[] = []
  for (const section of sections) {
    if (!Object.hasOwn(document, section.name)) continue
    planned.push(await planSection(app, section, document[section.name], prune))
  }
  const steps = planned.flatMap((one) => one.steps)
  return { steps: inTurn(steps), faults: planned.flatMap(({ faults }) => faults) }
}

async function planSection(
  app: Machinery,
  section: Section,
  said: unknown,
  prune: boolean,
): Promise<Planned> {
  const present = await section.present(app)
  const { wanted, faults } = section.read(app, said, present)
  const known = new Map(present.map((one) => [one.key, one]))
  const puts = wanted.flatMap((one): Step[] => {
    const before = known.get(one.key) ?? null
    const fields = differences(before?.fields ?? {}, one.fields)
    if (before && fields.length === 0) return []
    const change: Change = {
      action: before ? 'change' : 'create',
      section: section.name,
      key: one.key,
      fields,
    }
    return [{ change, section, present: before, wanted: one }]
  })
  const named = new Set(wanted.map(({ key }) => key))
  const removed = present.filter(({ key, own }) => prune && !own && !named.has(key))
  const removals = removed.map((one): Step => {
    const change: Change = { action: 'delete', section: section.name, key: one.key, fields: [] }
    return { change, section, present: one, wanted: null }
  })
  const staying = present.filter((one) => !named.has(one.key) && !removed.includes(one))
  return { steps: [...puts, ...removals], faults: [...faults, ...(section.clashes?.(wanted, staying) ?? [])] }
}

/** First what goes, what leans on others before those; then what comes, in the order of the sections. */
const inTurn = (steps: readonly Step[]): Step[] => [
  ...steps.filter(({ wanted }) => wanted === null).toReversed(),
  ...steps.filter(({ wanted }) => wanted !== null),
]
