import { connect, createServer, type Server, type Socket } from 'node:net'

import { afterTest } from './parts.ts'

/** A way to a database that can be cut: connections break and new ones are refused, as in a failover. */
export interface Route {
  /** The database by this way. */
  url: string
  cut(): Promise<void>
  restore(): Promise<void>
}

export async function routeTo(databaseUrl: string): Promise<Route> {
  const to = new URL(databaseUrl)
  const open = new Set<Socket>()
  const keep = (socket: Socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy())
  }
  const server: Server = createServer((near) => {
    const far = connect(Number(to.port || 5432), to.hostname)
    keep(near)
    keep(far)
    near.pipe(far).pipe(near)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  const listen = (port: number) =>
    new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const cut = async () => {
    const closed = new Promise<void>((resolve) => {
      server.close(() => {
        resolve()
      })
    })
    for (const socket of open) socket.destroy()
    await closed
  }
  afterTest(async () => {
    if (server.listening) await cut()
  })
  const near = new URL(databaseUrl)
  near.host = `127.0.0.1:${port}`
  return { url: near.href, cut, restore: () => listen(port) }
}
