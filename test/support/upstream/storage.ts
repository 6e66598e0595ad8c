import type { Adapter, AdapterPayload } from 'oidc-provider'

/** What the library keeps, in memory, apart for each provider: a token of one must be worth nothing at another. */
export function openStorage(): (model: string) => Adapter {
  const all = new Map<string, AdapterPayload>()
  return (model) => {
    const key = (id: string) => `${model}:${id}`
    const findBy = (member: 'uid' | 'userCode', value: string) =>
      [...all].find(([name, kept]) => name.startsWith(key('')) && kept[member] === value)?.[1]
    return {
      async upsert(id, payload) {
        all.set(key(id), payload)
      },
      find: async (id) => all.get(key(id)),
      findByUid: async (uid) => findBy('uid', uid),
      findByUserCode: async (userCode) => findBy('userCode', userCode),
      async consume(id) {
        const kept = all.get(key(id))
        if (kept) all.set(key(id), { ...kept, consumed: Math.floor(Date.now() / 1000) })
      },
      async destroy(id) {
        all.delete(key(id))
      },
      async revokeByGrantId(grantId) {
        for (const [name, kept] of all) if (kept.grantId === grantId) all.delete(name)
      },
    }
  }
}
