import type { Parts } from '../parts.ts'
import { listSessionsOf, type SessionView } from '../../sessions/index.ts'

/** A session as its owner sees it, with the names of what it reached. */
export interface OwnSession extends Omit<SessionView, 'clients'> {
  clients: { clientId: string; name: string | null; offline: boolean }[]
  current: boolean
}

type Machinery = Pick<Parts, 'clients' | 'clock' | 'db' | 'settings'>

/** The session that asks is the one of this `uid`, or the one that has this `sid` at a client. */
export async function listOwnSessions(
  app: Machinery,
  userId: string,
  current: { uid: string } | { sid: string },
): Promise<OwnSession[]> {
  const sessions = await listSessionsOf(app, userId)
  return Promise.all(
    sessions.map(async ({ clients, ...session }) => ({
      ...session,
      clients: await Promise.all(
        clients.map(async ({ clientId, offline }) => {
          const client = await app.clients.get(clientId)
          return { clientId, name: client?.name ?? null, offline }
        }),
      ),
      current: 'uid' in current ? session.id === current.uid : clients.some(({ sid }) => sid === current.sid),
    })),
  )
}
