import { z } from 'zod'

import { NativeTokens } from '../../oidc/index.ts'

/** How the application says which one it is; a confidential one may use HTTP Basic instead. */
export const Client = {
  client_id: z.string().min(1).max(200).optional(),
  client_secret: z.string().min(1).max(300).optional(),
}

/** Bounds only: what is wrong with it is told in one way for all. */
const Password = z.string().min(1).max(1024)

export const Scope = z
  .string()
  .min(1)
  .max(1000)
  .regex(
    /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/,
    'is a list of scopes, one space between them',
  )

/** RFC 5646. */
const Locale = z
  .string()
  .max(35)
  .regex(/^[a-zA-Z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'is a language tag like en or pt-BR')

const Name = z.string().min(1).max(320)

/** What a person may be called by: any one of the three is the whole of it. */
const logins = {
  login: Name.optional().meta({ description: 'e-mail address or username' }),
  email: Name.optional().meta({ description: 'in place of `login`' }),
  username: Name.optional().meta({ description: 'in place of `login`' }),
}

interface Named {
  login?: string | undefined
  email?: string | undefined
  username?: string | undefined
}

const namesOf = ({ login, email, username }: Named): string[] =>
  [login, email, username].filter((name) => name !== undefined)

/** A body that names one person, in whichever of the three ways. */
const oneLogin = (body: Named, check: z.core.$RefinementCtx): void => {
  if (namesOf(body).length !== 1)
    check.addIssue({ code: 'custom', path: ['login'], message: 'send one of login, email and username' })
}

export const loginOf = (body: Named): string => namesOf(body)[0] ?? ''

/** What the application was given at an earlier sign-in on this device, so that it is known again. */
export const DeviceToken = z
  .string()
  .max(200)
  .optional()
  .meta({ description: 'the `device_token` of an earlier answer on this device' })

export const MfaToken = z
  .string()
  .min(1)
  .max(200)
  .meta({ description: 'of the `mfa_required` or `mfa_enrolment_required` that a sign-in was answered with' })

export const AcrValues = z
  .string()
  .max(400)
  .optional()
  .meta({ description: 'how surely the person must be recognised, as at /authorize (RFC 9470, section 4)' })

/** Wanted only while machines are at it. */
export const BotProof = z
  .string()
  .max(200)
  .optional()
  .meta({ description: 'the answer to the challenge of a `proof_required`' })

export const Login = z
  .strictObject({
    ...Client,
    ...logins,
    password: Password,
    scope: Scope.optional(),
    acr_values: AcrValues,
    device_token: DeviceToken,
    proof: BotProof,
  })
  .superRefine(oneLogin)

/** Only what a stranger may say about themselves (OWASP ASVS 5.0, 15.3.3). */
export const Register = z.strictObject({
  ...Client,
  email: z.string().min(1).max(320),
  username: z.string().min(1).max(100).optional().meta({
    description: 'only where an account need not wait for the proof of its address',
  }),
  password: Password,
  name: z.string().trim().min(1).max(200).optional(),
  locale: Locale.optional(),
  scope: Scope.optional(),
  device_token: DeviceToken,
  proof: BotProof,
})

export const Refresh = z.strictObject({
  ...Client,
  refresh_token: z.string().min(1).max(1000),
  scope: Scope.optional(),
  device_token: DeviceToken.meta({
    description:
      'the `device_token` that came when this session began; another device gets `invalid_grant`, and the person a letter',
  }),
})

/** What a provider proved: a code of ours that the system's browser brought back, or a token of the provider's SDK. */
const proof = {
  code: z.string().min(1).max(200).optional(),
  code_verifier: z
    .string()
    .regex(/^[\w.~-]{43,128}$/, 'is no code verifier (RFC 7636, section 4.1)')
    .optional(),
  id_token: z.string().min(1).max(20_000).optional(),
  access_token: z.string().min(1).max(5_000).optional().meta({ description: 'Facebook only' }),
  nonce: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'from POST /auth/oauth/{provider}/nonce' }),
}

const Proof = z.strictObject(proof)

function oneProof(
  { code, code_verifier: verifier, id_token: id, access_token: access, nonce }: z.infer<typeof Proof>,
  check: z.RefinementCtx,
): void {
  const refuse = (path: string, message: string) => {
    check.addIssue({ code: 'custom', path: [path], message })
  }
  if ([code, id, access].filter((one) => one !== undefined).length !== 1)
    refuse('code', 'send one of code, id_token and access_token')
  if ((code === undefined) !== (verifier === undefined)) refuse('code_verifier', 'goes with a code')
  if (code === undefined && nonce === undefined) refuse('nonce', 'goes with a token')
}

/** The same from somebody who is signed in. */
export const FederatedProof = Proof.superRefine(oneProof)
export type FederatedProof = z.infer<typeof FederatedProof>

export const FederatedLogin = z
  .strictObject({
    ...Client,
    ...proof,
    scope: Scope.optional(),
    acr_values: AcrValues,
    locale: Locale.optional(),
    device_token: DeviceToken,
  })
  .superRefine(oneProof)

export const NonceWanted = z.strictObject({ ...Client })

export const NonceMade = z.object({
  nonce: z.string(),
  expires_in: z.number().int().meta({ description: 'seconds it is good for' }),
})

/** Whoever it is: what is done then is done where nobody measures. */
export const WhomToWrite = z.strictObject({ ...Client, ...logins, proof: BotProof }).superRefine(oneLogin)

/** What the application shows that it asked for the letter with. */
export const MailUnderWay = z.object({
  handle: z
    .string()
    .meta({ description: 'keep it until the code is typed; it is good at this application alone' }),
  expires_in: z.number().int().meta({ description: 'seconds the code is good for' }),
})

export const CodeByMail = z.strictObject({
  ...Client,
  handle: z.string().min(1).max(200),
  code: z.string().max(40).meta({ description: 'as it was typed' }),
  scope: Scope.optional(),
  acr_values: AcrValues,
  device_token: DeviceToken,
})

/** As it stands in the mailed link. */
const Token = z.string().min(1).max(200)

export const ResetPassword = z.strictObject({ ...Client, token: Token, new_password: Password })

export const VerifyEmail = z
  .strictObject({
    ...Client,
    token: Token,
    password: Password.optional().meta({ description: 'of the account' }),
    new_password: Password.optional().meta({
      description: 'in its place: nothing stays of what was made before',
    }),
  })
  .refine(({ password, new_password: next }) => password === undefined || next === undefined, {
    path: ['new_password'],
    message: 'send either password or new_password',
  })

/** Empty stands for a password that was not sent: it is not the right one either. */
export const ChangePassword = z.strictObject({
  current_password: z.string().max(1024).default(''),
  new_password: Password,
})

/** Tokens, and what makes this device known at the next sign-in. */
export const SignedIn = NativeTokens.extend({
  device_token: z
    .string()
    .meta({ description: 'keep it on this device, and send it with the next sign-in, whoever signs in' }),
})
export type SignedIn = z.infer<typeof SignedIn>

/** An account was made, and its address must be confirmed before anybody signs in to it. */
export const Pending = z.object({ status: z.literal('pending') })
