import { createServer } from 'node:net'

/** Ports up to here are partly closed to `fetch` (Fetch standard, section 2.9, bad ports). */
const lastBadPort = 10_080

/** A port that nobody listens at right now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })
  await new Promise((resolve) => server.close(resolve))
  return port > lastBadPort ? port : freePort()
}
