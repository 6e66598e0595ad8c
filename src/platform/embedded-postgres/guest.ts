import { type EmbeddedPostgres, open, type Options } from './open.ts'
import { stopPostmaster } from './postmaster.ts'
import { isLastToLeave } from './seat.ts'

/**
 * The command line's way in: uses the running server, or starts one for the time of the command. A server it starts is
 * not tied to it, so that an owner may take it over; stop() leaves it running while anyone else uses it.
 *
 * @throws StartupError when there is no server and none can be started.
 */
export async function openAsGuest(options: Options): Promise<EmbeddedPostgres> {
  const { place, server, seat, url, letGo } = await open('guest', options)
  let stopped: Promise<void> | undefined
  const leave = async () => {
    if (await isLastToLeave(seat)) await stopPostmaster(place, server.pid)
    await seat.client.end()
    letGo()
  }
  return { url, adopted: server.adopted, where: place.data, stop: () => (stopped ??= leave()) }
}
