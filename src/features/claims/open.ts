import type { App } from '../../platform/app.ts'
import { asked } from './hooks/hook.ts'
import { openHooks } from './hooks/open.ts'
import { applying, type Mapping } from './mappings/mapping.ts'
import { openRules } from './rules.ts'
import type { Asking } from './tokens.ts'

/** Claims of operators as a process knows them. Not to be asked inside a transaction: it may take a connection, or call. */
export interface OperatorClaims {
  /** What the table says this token gets. */
  mappingsFor(asking: Asking): Promise<readonly Mapping[]>
  /**
   * What services say this token gets, about somebody by the name that the client knows. `request` is the one of ours that
   * wants to know: it waits for each service no longer than that one's timeout.
   *
   * @throws claims_unavailable (503): one does not answer, and is not to be done without.
   */
  answersFor(request: object, asking: Asking, subject: string): Promise<Record<string, unknown>>
}

export interface WithOperatorClaims {
  operatorClaims: OperatorClaims
}

export function openOperatorClaims(
  app: Pick<App, 'bus' | 'clock' | 'config' | 'db' | 'log' | 'outbound'>,
): OperatorClaims {
  const rules = openRules(app)
  const ask = openHooks(app)
  return {
    mappingsFor: async (asking) => applying((await rules()).mappings, asking),
    async answersFor(request, asking, subject) {
      const { clientId, scopes, token } = asking
      const question = { subject, clientId, scopes, token }
      const hooks = asked((await rules()).hooks, asking)
      const answers = await Promise.all(hooks.map((hook) => ask(request, hook, question)))
      return Object.assign({}, ...answers) as Record<string, unknown> // each of them is one
    },
  }
}
