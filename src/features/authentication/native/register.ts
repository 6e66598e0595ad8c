import type { By } from '../../../platform/app.ts'
import type { Problem } from '../../../platform/errors.ts'
import type { User } from '../../accounts/index.ts'
import { demandProof } from '../../lockout/index.ts'
import type { PresentedClient } from '../../oidc/index.ts'
import { errors } from '../errors.ts'
import type { Parts } from '../parts.ts'
import type { FieldTexts, FieldText } from '../register/refused-fields.ts'
import { demandOpenRegistration, register, type Registration } from '../register/register.ts'
import type { SignedIn } from './schema.ts'
import { begin } from './sign-in.ts'

interface Asked {
  client: PresentedClient
  scope: string | undefined
  newcomer: Registration
  /** What this device presents; null when it is new. */
  device: string | null
  /** The answer to the challenge of a `proof_required` before. */
  proof: string | null
}

/**
 * Makes an account and begins its first session. Null: the account waits for its address to be proven, or there was one
 * already and its owner is told instead.
 *
 * @throws registration_closed (403): accounts are made otherwise here, or not at all.
 * @throws fields_refused (409, 422): names each field; 409 when all is right and somebody else has it already.
 * @throws proof_required (401): so many accounts are asked for that machines must be at it.
 */
export async function registerAndBegin(
  parts: Parts,
  by: By,
  { client, scope, newcomer, device, proof }: Asked,
): Promise<SignedIn | null> {
  await demandOpenRegistration(parts)
  await demandProof(parts, by, { path: 'register', name: newcomer.email, proof })
  const provenAt = parts.clock.now()
  const made: User[] = []
  const refused = await register(parts, by, newcomer, async (_tx, _at, _self, user) => {
    made.push(user)
  })
  if (refused) throw fieldsRefused(refused)
  const last = made.at(-1) // a transaction that was tried again made it again
  if (last?.status !== 'active') return null
  const proven = { userId: last.id, factor: 'password', provenAt } as const
  return begin(parts, by, { client, scope, asked: null, device }, proven)
}

/** The sentences of the form's texts, for who reads the answer without a page. */
const details: Record<FieldText, string> = {
  'fields.required': 'is needed',
  'fields.email_invalid': 'is not an e-mail address that can be used here',
  'fields.email_taken': 'already belongs to an account',
  'fields.username_invalid':
    'has 3 to 64 letters (a to z) and digits, with single dots, hyphens or underscores between them',
  'fields.username_taken': 'is already taken',
  'fields.username_later': 'can be chosen when the address has been proven',
  'fields.name_invalid': 'holds characters that nobody can see',
  'fields.password_too_short': 'is too short',
  'fields.password_too_long': 'is too long',
  'fields.password_personal': 'is mostly a name or address that others know',
  'fields.password_breached': 'is on a list of stolen passwords, so others know it',
  'fields.password_too_common': 'is easy to guess',
}

const taken: ReadonlySet<FieldText> = new Set<FieldText>(['fields.email_taken', 'fields.username_taken'])

function fieldsRefused(texts: FieldTexts): Problem {
  const entries = Object.entries(texts)
  const fields = entries.map(([field, text]) => ({ field, detail: details[text] }))
  const refuse = entries.every(([, text]) => taken.has(text)) ? errors.fields_taken : errors.fields_refused
  return refuse({ detail: fields.map(({ field, detail }) => `${field}: ${detail}`).join('; '), fields })
}
