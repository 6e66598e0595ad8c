import { z } from 'zod'

import { type Fault, faultsIn } from './fault.ts'

/** Of the form of a document; one of another version is refused, not guessed at. */
export const version = 1

/** Sections in the order in which an export writes them and a change is made. */
export const sectionNames = [
  'roles',
  'identity_providers',
  'clients',
  'apis',
  'claims',
  'claim_hooks',
  'settings',
] as const
export type SectionName = (typeof sectionNames)[number]

const Document = z.strictObject({
  version: z.literal(version, { error: `must be ${version}` }),
  ...Object.fromEntries(sectionNames.map((name) => [name, z.unknown().optional()])),
  users: z.unknown().optional(),
})
export type ConfigurationDocument = z.infer<typeof Document> & { [Name in SectionName]?: unknown }

/** What a document says, section by section; each judges its own. */
export function readSections(value: unknown): { document: ConfigurationDocument | null; faults: Fault[] } {
  const parsed = Document.safeParse(value)
  return parsed.success
    ? { document: parsed.data, faults: [] }
    : { document: null, faults: faultsIn(parsed.error, []) }
}
