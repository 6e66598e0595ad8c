import { type Fault, refuseFaults } from './fault.ts'
import type { Source } from './read-document.ts'
import { type Keeper, withSecrets } from './references.ts'
import { type ConfigurationDocument, readSections } from './schema.ts'

/** A document that can be planned: its form is right and its secrets are fetched. */
export interface Opened {
  document: ConfigurationDocument
  /** @throws configuration_invalid (422) where there is a fault */
  refuse(faults: readonly Fault[]): void
}

/** @throws configuration_invalid (422) with path and line */
export function openDocument(source: Source, keeper: Keeper | null): Opened {
  const refuse = (faults: readonly Fault[]): void => {
    refuseFaults(faults, source.lineOf)
  }
  const { value, faults } = withSecrets(source.value, keeper)
  const read = readSections(value)
  refuse([...faults, ...read.faults])
  if (!read.document) throw new Error('a document without faults is none')
  return { document: read.document, refuse }
}
