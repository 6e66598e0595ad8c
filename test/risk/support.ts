import { type NativeApp, type Reply } from '../authentication/native/app.ts'

/** Has a code sent to the address of an account, where an unusual sign-in wants that, and goes on with it. */
export async function clearUp(
  phone: NativeApp,
  { mfa_token, factors }: Record<string, unknown>,
  codeSent: () => Promise<string>,
  { more = {}, headers = {} }: { more?: object; headers?: Record<string, string> } = {},
): Promise<Reply> {
  const [address] = factors as { type: string; id: string }[] // what `mfa_required` lists
  if (address?.type !== 'address_code') throw new Error(`no code is wanted: ${JSON.stringify(factors)}`)
  const sent = await phone.send('/auth/mfa/challenge', { mfa_token, ...address, ...more }, headers)
  if (sent.status !== 200) throw new Error(`no code was sent: ${sent.status} ${sent.text}`)
  const reply = await phone.send(
    '/auth/mfa/verify',
    { mfa_token, ...address, ...more, code: await codeSent() },
    headers,
  )
  if (reply.status !== 200) throw new Error(`not signed in: ${reply.status} ${reply.text}`)
  return reply
}
