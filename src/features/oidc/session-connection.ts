import { Provider } from 'oidc-provider'

type Session = InstanceType<Provider['Session']> & { connection?: unknown }

/** What of the library's class its types leave out. */
interface Sessions {
  IN_PAYLOAD: readonly string[]
  prototype: { loginAccount(this: Session, details: object): void }
}

/**
 * Lets the library's sessions keep the sign-in elsewhere that proved who is in them: whoever ends that ends them too, also
 * those that have reached no client yet, and whichever client they reach first.
 */
export function keepConnections(provider: Provider): void {
  const sessions = provider.Session as unknown as Sessions // see Sessions
  const stored = sessions.IN_PAYLOAD
  Object.defineProperty(sessions, 'IN_PAYLOAD', { get: () => [...stored, 'connection'] })
  const { loginAccount } = sessions.prototype
  sessions.prototype.loginAccount = function (details) {
    loginAccount.call(this, details)
    this.connection = handedOver()
  }
}

/** What the pages of the sign-in handed over, which the library keeps and does not know. */
function handedOver(): string | undefined {
  const { login } = Provider.ctx?.oidc.entities.Interaction?.result ?? {}
  const { connection } = Object(login) as { connection?: unknown } // unknown by its type
  return typeof connection === 'string' ? connection : undefined
}

/** The sign-in elsewhere that proved who is in a session; null where none did. */
export const connectionOf = ({ connection }: Session): string | null =>
  typeof connection === 'string' ? connection : null
