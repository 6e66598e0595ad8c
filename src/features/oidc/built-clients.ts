import type { Client, Provider } from 'oidc-provider'

/** What the library reads clients by; its types leave the adapter out. */
interface Clients {
  adapter: { find(id: string): Promise<object | undefined> }
  find(id: string): Promise<Client | undefined>
}

/**
 * Finds the library's client by the object its metadata is: the directory of clients hands out the same one for as long as the
 * client is unchanged. The library would serialise and hash the whole of it at every request to come to the same answer.
 */
export function keepBuiltClients(provider: Provider): void {
  const clients = provider.Client as unknown as Clients // see Clients
  const find = clients.find.bind(clients)
  const built = new WeakMap<object, Client>()
  clients.find = async (id) => {
    const metadata = typeof id === 'string' && id !== '' ? await clients.adapter.find(id) : undefined
    const known = metadata && built.get(metadata)
    if (known) return known
    const client = await find(id)
    if (metadata && client) built.set(metadata, client)
    return client
  }
}
