import type { AuditClass } from '../actions.ts'

/** What can be wrong with a record, in words that other programs may rely on. */
export type Fault =
  | 'edited' // the record, or what was sealed with it, is not what was chained
  | 'deleted' // a record or a link is missing
  | 'reordered' // a link was moved, inserted or changed
  | 'rewritten' // the chain fits together, but is not the one that was signed
  | 'tail cut' // a checkpoint tells of links that are not there
  | 'chained twice' // a record has two links, and so what is sealed with it twice
  | 'not chained' // a record stands beside the chain
  | 'checkpoint' // a checkpoint nobody vouches for
  | 'unsigned' // a stretch without the checkpoints it must have had

/** The first thing found wrong in one class. */
export interface Finding {
  class: AuditClass
  fault: Fault
  /** Where in the chain; null beside it. */
  sequence: number | null
  record_id: string | null
  detail: string
}
