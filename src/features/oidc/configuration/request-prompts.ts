import { decodeJwt } from 'jose'
import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import { z } from 'zod'

import { levelNamed, reaches } from '../../admission/index.ts'
import { subjectShown } from '../account.ts'
import { acrAsked, claimsAsked } from '../requested-claims.ts'

const { Check, Prompt } = interactionPolicy

type Asked = KoaContextWithOIDC

interface Reason {
  reason: string
  description: string
  check(ctx: Asked): boolean | Promise<boolean>
}

/** What a request itself may demand of the sign-in, where the library does it otherwise, or not at all. */
export function addRequestPrompts(policy: interactionPolicy.DefaultPolicy): void {
  const login = policy.get('login')
  for (const { reason, description, check } of reasons)
    login?.checks.add(new Check(reason, description, 'login_required', check))
  for (const replaced of ['essential_acrs', 'essential_acr']) login?.checks.remove(replaced)
  policy.add(selectAccount(), 0)
  const consent = policy.get('consent')
  consent?.checks.remove('op_claims_missing')
  consent?.checks.add(
    new Check(
      'op_claims_missing',
      'requested claims not granted',
      'consent_required',
      (ctx) => missingClaims(ctx).length > 0,
      (ctx) => ({ missingOIDCClaims: missingClaims(ctx) }),
    ),
  )
}

const reasons: readonly Reason[] = [
  { reason: 'level_unmet', description: 'the demanded level was not reached', check: isEssentialLevelUnmet },
  {
    reason: 'another_person',
    description: 'another person than the one named signed in',
    check: isAnotherPerson,
  },
  {
    reason: 'another_account',
    description: 'the person wants to go on with another account',
    check: ({ oidc: { result } }) =>
      Selected.safeParse(result?.select_account).data?.another === true && result?.login === undefined,
  },
]

const unmet = (): Error =>
  new errors.CustomOIDCProviderError(
    'unmet_authentication_requirements',
    'the End-User could not be authenticated as surely as is demanded',
  )

/**
 * An essential `acr` that no sign-in here ever says is told at once; one that a sign-in has just not reached cannot be asked for
 * again (OpenID Connect Core Error Code unmet_authentication_requirements 1.0).
 */
function isEssentialLevelUnmet({ oidc: { params, result, session } }: Asked): boolean {
  const { level, essential } = acrAsked(params)
  if (!essential) return false
  if (level === null) throw unmet()
  if (result?.login && !reaches(levelNamed(session?.acr), level)) throw unmet()
  return false
}

/**
 * The answer to an essential `acr` is one of the values asked for: where somebody was recognised more surely than that, the
 * highest of these that is true (OpenID Connect Core 1.0, section 5.5.1.1).
 */
export function sayRequestedAcr({ oidc }: Asked): void {
  const { values, essential } = acrAsked(oidc.params)
  const reached = oidc.session?.acr
  if (!essential || reached === undefined || values.includes(reached)) return
  const [highest] = values
    .filter((value) => levelNamed(value) !== 'none' && reaches(levelNamed(reached), levelNamed(value)))
    .toSorted((one, other) => (reaches(levelNamed(one), levelNamed(other)) ? -1 : 1))
  if (highest !== undefined) Object.defineProperty(oidc, 'acr', { value: highest, configurable: true })
}

const NamedSubject = z.object({ id_token: z.object({ sub: z.object({ value: z.unknown() }) }) })

/** Asked for once: whoever has just signed in and is not who the client named will not be the next time either. */
async function isAnotherPerson(ctx: Asked): Promise<boolean> {
  const { session, client, result, params, claims } = ctx.oidc
  if (!result?.login || session?.accountId === undefined || !client) return false
  const shown = await subjectShown(ctx, session.accountId, client)
  const value = NamedSubject.safeParse(claims).data?.id_token.sub.value
  const hint = params?.id_token_hint // checked when the request came; the library does not look at it again
  const named = [typeof hint === 'string' ? decodeJwt(hint).sub : undefined, value].filter(
    (sub) => sub !== undefined,
  )
  if (named.every((sub) => sub === shown)) return false
  throw new errors.LoginRequired('another person signed in than the one asked for')
}

const Selected = z.object({ another: z.boolean().optional() })

/** Where nobody is signed in, the sign-in that follows is the choice. */
function selectAccount(): interactionPolicy.Prompt {
  const prompt = new Prompt({ name: 'select_account', requestable: true })
  prompt.checks.clear()
  prompt.checks.add(
    new Check(
      'select_account_prompt',
      'the person is to choose an account',
      'account_selection_required',
      isChoiceOwed,
    ),
  )
  return prompt
}

function isChoiceOwed({ oidc: { session, prompts, result } }: Asked): boolean {
  if (session?.accountId === undefined || !prompts.has('select_account')) return false
  return result?.select_account === undefined && result?.login === undefined
}

/** Claims asked for by themselves that the grant says nothing of. */
const missingClaims = (ctx: Asked): string[] => {
  const known = new Set(ctx.oidc.grant?.getOIDCClaimsEncountered())
  return claimsAsked(ctx).filter((claim) => !known.has(claim))
}
