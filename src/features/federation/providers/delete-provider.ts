import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { demandMatch } from '../../../platform/http/index.ts'
import * as audit from '../../audit/index.ts'
import { errors } from '../errors.ts'
import { findProvider } from './find-providers.ts'
import { announceChange } from './memory.ts'
import { tagOf } from './provider-view.ts'
import * as providers from './repository.ts'

/**
 * Removes a provider with its domains. Identities that people have there stay theirs: who sets up the same issuer again
 * finds them again.
 *
 * @throws provider_not_found (404); precondition_failed (412)
 */
export async function deleteProvider(
  app: Pick<App, 'config' | 'db' | 'clock'>,
  by: By,
  slug: string,
  { ifMatch = '' }: { ifMatch?: string } = {},
): Promise<void> {
  const at = app.clock.now()
  await transaction(app.db, async (tx) => {
    await providers.lockChanges(tx)
    const provider = await findProvider(tx, slug)
    demandMatch(ifMatch, tagOf(app.config, provider))
    const { id, connector, issuer } = provider
    if (!(await providers.remove(tx, id))) throw errors.provider_not_found()
    await audit.record(tx, at, by, {
      action: 'provider.deleted',
      target: { type: 'provider', id },
      details: { slug, connector, issuer },
    })
    await announceChange(tx)
  })
}
