/**
 * Signals: what happens to people, told to receivers as security events, by push or for them to fetch (a Shared Signals
 * transmitter), and the one call by which an authorized client ends all that a person has.
 *
 * Owns tables `signal_streams`, `signal_events` and `signal_silences`; what is pushed waits in features/deliveries. Reacts to ends
 * of sessions and grants, and to changes of accounts and credentials (told-events.ts); reads sessions, consents and subjects.
 * Rules: OpenID SSF 1.0, CAEP 1.0, RISC 1.0, CAEP Interoperability Profile 1.0; RFC 8417, 8935, 8936, 9493;
 * draft-parecki-oauth-global-token-revocation; docs/decisions/0039-shared-signals.md.
 */
import type { Db } from '../../platform/app.ts'
import { unlink } from './events/repository.ts'
import { forgetSilences } from './streams/repository.ts'

export { adminRoutes } from './admin.routes.ts'
export { commands } from './commands.ts'
export { signalChannel } from './events/push-channel.ts'
export { jobs } from './jobs.ts'
export { reactions } from './reactions.ts'
export { routes } from './routes.ts'

/** What streams keep of a person, for their erasure. */
export async function forgetSignalsOf(tx: Db, userId: string): Promise<void> {
  await forgetSilences(tx, userId)
  await unlink(tx, userId)
}
