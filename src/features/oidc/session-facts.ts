import { Provider } from 'oidc-provider'

/** What the library's sessions keep for us, and do not know. */
interface Facts {
  /** The sign-in elsewhere that proved who is in a session. */
  connection?: unknown
  /** A remembered device stood in for a second factor. */
  excused?: unknown
}

type Session = InstanceType<Provider['Session']> & Facts

/** What of the library's class its types leave out. */
interface Sessions {
  IN_PAYLOAD: readonly string[]
  prototype: { loginAccount(this: Session, details: object): void }
}

const kept = ['connection', 'excused'] as const

/**
 * Lets the library's sessions keep what a sign-in hands over beyond what it knows. Whoever ends the sign-in elsewhere ends them
 * too, also those that have reached no client yet, and whichever client they reach first.
 */
export function keepFacts(provider: Provider): void {
  const sessions = provider.Session as unknown as Sessions // see Sessions
  const stored = sessions.IN_PAYLOAD
  Object.defineProperty(sessions, 'IN_PAYLOAD', { get: () => [...stored, ...kept] })
  const { loginAccount } = sessions.prototype
  sessions.prototype.loginAccount = function (details) {
    loginAccount.call(this, details)
    const facts = handedOver()
    for (const name of kept) this[name] = facts[name]
  }
}

/** What the pages of the sign-in handed over. */
const handedOver = (): Facts => Object(Provider.ctx?.oidc.entities.Interaction?.result?.login) as Facts // unknown by its type

/** The sign-in elsewhere that proved who is in a session; null where none did. */
export const connectionOf = ({ connection }: Session): string | null =>
  typeof connection === 'string' ? connection : null

export const isExcused = ({ excused }: Session): boolean => excused === true
