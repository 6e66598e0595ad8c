import type { App } from '../../platform/app.ts'
import { applying, type Mapping } from './mappings/mapping.ts'
import { openRules } from './rules.ts'
import type { Asking } from './tokens.ts'

/** Claims of operators as a process knows them. */
export interface OperatorClaims {
  /** What the table says this token gets. */
  mappingsFor(asking: Asking): Promise<readonly Mapping[]>
}

export interface WithOperatorClaims {
  operatorClaims: OperatorClaims
}

export function openOperatorClaims(app: Pick<App, 'db' | 'bus'>): OperatorClaims {
  const rules = openRules(app)
  return {
    mappingsFor: async (asking) => applying((await rules()).mappings, asking),
  }
}
