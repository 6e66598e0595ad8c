import { interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'

import type { App } from '../../../platform/app.ts'
import { demandInSession, fallsShort, levelAsked, levelNamed } from '../../admission/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { personOf } from '../account.ts'
import { detailsAgreedBy, levelReason } from '../interaction.ts'
import { isExcused } from '../session-facts.ts'

const { base, Check } = interactionPolicy

/**
 * What a request may have to ask a person, as the library's list of named reasons with five changes:
 *
 * - a session whose person is not admitted any more asks for a sign-in, instead of going on with nobody;
 * - a session that does not say surely enough who is in it asks for what is missing (RFC 9470, section 4);
 * - our own clients are trusted with their native callbacks, others ask each time (RFC 8252, section 8.6);
 * - authorization details are agreed to by the person who is signed in, whoever the client is, each time: what is granted once
 *   is never granted by what was agreed to before (RFC 9396, section 12.3);
 * - `prompt=create` opens the registration (Initiating User Registration via OpenID Connect 1.0).
 */
export function prompts(app: Pick<App, 'config'> & WithSettings): interactionPolicy.DefaultPolicy {
  const policy = base()
  policy.get('login')?.checks.add(
    new Check('account_refused', 'the signed-in person may not sign in any more', 'login_required', (ctx) => {
      const { session, account } = ctx.oidc
      return session?.accountId !== undefined && account === undefined
    }),
  )
  policy
    .get('login')
    ?.checks.add(
      new Check(
        levelReason,
        'the signed-in person was not recognised as surely as is demanded',
        'login_required',
        (ctx) => isTooLow(app, ctx),
      ),
    )
  const consent = policy.get('consent')
  consent?.checks.remove('native_client_prompt')
  consent?.checks.add(
    new Check(
      'native_client_prompt',
      'native clients require End-User interaction',
      'interaction_required',
      (ctx) => {
        return isForeignNative(ctx) && ctx.oidc.result?.consent === undefined
      },
    ),
  )
  consent?.checks.remove('rar_prompt')
  consent?.checks.add(
    new Check(
      'rar_prompt',
      'authorization_details require End-User interaction',
      'interaction_required',
      ({ oidc: { params, result, session } }) =>
        params?.authorization_details !== undefined && detailsAgreedBy(result) !== session?.accountId,
    ),
  )
  return policy
}

/**
 * Asked of a session again and again, however it came to be: no path leads around what is demanded. What the client would like
 * is asked for once: who has just signed in could not give it.
 */
async function isTooLow(app: Pick<App, 'config'> & WithSettings, ctx: KoaContextWithOIDC): Promise<boolean> {
  const { session, account, client, params, result } = ctx.oidc
  if (session?.accountId === undefined || !account || !client) return false // other checks have it
  const values = params?.acr_values
  const asked = result?.login || typeof values !== 'string' ? null : levelAsked(values)
  const demand = await demandInSession(app, personOf(account), {
    clientId: client.clientId,
    asked,
    remembered: isExcused(session),
  })
  return fallsShort(levelNamed(session.acr), demand)
}

const isForeignNative = ({ oidc: { client } }: KoaContextWithOIDC): boolean =>
  client?.applicationType === 'native' && client.first_party !== true
