import type { z } from 'zod'

import type { FieldProblem } from '../../../platform/errors.ts'
import { Problem } from '../../../platform/errors.ts'
import { errors } from '../errors.ts'

export type Path = readonly (string | number)[]

/** What is wrong where in a document. */
export interface Fault {
  path: Path
  detail: string
}

/** Where something stands in the text; null where that is not known. */
export type LineOf = (path: Path) => number | null

/** At most this many faults are told: whoever makes more gains nothing from the rest. */
const mostFaults = 20

/** What does not fit a schema, below a path; what may not be there is a fault of its own name. */
export const faultsIn = ({ issues }: z.ZodError, within: Path): Fault[] =>
  issues.flatMap((issue) => {
    const at = (...more: PropertyKey[]): Path => [...within, ...more.map(nameOf)]
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: at(...issue.path, key), detail: 'is not known here' }))
    return [{ path: at(...issue.path), detail: detailOf(issue) }]
  })

const nameOf = (key: PropertyKey): string | number => (typeof key === 'number' ? key : String(key))

/** Where several shapes are possible, what is wrong with the one that came furthest says more than "none fits". */
function detailOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union') return issue.message
  const deepest = issue.errors.flat().toSorted((one, other) => other.path.length - one.path.length)[0]
  return deepest ? [...deepest.path.map(String), deepest.message].join(' ') : issue.message
}

/** What a use case refuses, told at its place in the document. Whoever may not is told so, and anything else is thrown on. */
export function faultsOf(error: unknown, within: Path): Fault[] {
  if (!(error instanceof Problem) || error.status >= 500 || error.status === 403) throw error
  const { fields, detail } = error.options
  if (fields && fields.length > 0)
    return fields.map((one) => ({ path: [...within, ...partsOf(one.field)], detail: one.detail }))
  return [{ path: within, detail: detail ?? error.message }]
}

const partsOf = (field: string): (string | number)[] =>
  field === '' ? [] : field.split('.').map((part) => (/^\d{1,6}$/.test(part) ? Number(part) : part))

/** @throws configuration_invalid (422): every fault by its path, and the line it stands in. */
export function refuseFaults(faults: readonly Fault[], lineOf: LineOf): void {
  if (faults.length === 0) return
  const fields: FieldProblem[] = faults.slice(0, mostFaults).map(({ path, detail }) => {
    const line = lineOf(path)
    return { field: textOf(path), detail: line === null ? detail : `${detail} (line ${line})` }
  })
  const [first] = fields
  throw errors.configuration_invalid({ detail: `${first?.field ?? ''}: ${first?.detail ?? ''}`, fields })
}

/** `clients.shop.redirect_uris.0` */
export const textOf = (path: Path): string =>
  path.length === 0 ? '(document)' : path.join('.').slice(0, 300)
