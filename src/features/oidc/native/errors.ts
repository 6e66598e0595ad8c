import { defineErrors, type Problem } from '../../../platform/errors.ts'

/** What a refusal by the provider is called where we answer in problem+json. `error` is what OAuth calls it. */
export const nativeErrors = defineErrors({
  invalid_grant: { status: 400, title: 'This is not good any more. Sign in again.' },
  invalid_scope: { status: 400, title: 'More was asked for than may be had.' },
  invalid_client: { status: 401, title: 'The application did not prove which one it is.' },
  sign_in_overtaken: {
    status: 409,
    title: 'All sessions were ended while this sign-in was under way. Sign in again.',
  },
})

/**
 * A refusal that OAuth has a code for: a problem that carries the code of RFC 6749, section 5.2, as a member of its own
 * (RFC 9457, section 3.2), so that either kind of reader finds what it looks for.
 */
export const refusedAs = (
  error: 'invalid_grant' | 'invalid_scope' | 'invalid_client',
  more: { detail?: string; challenge?: string } = {},
): Problem => nativeErrors[error]({ ...more, members: { error } })
