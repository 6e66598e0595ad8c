import type { Gatehouse } from '../../src/app.ts'
import { type KeptMail, listKept } from '../../src/features/notifications/index.ts'
import { keepSecret } from './canary.ts'

/** The mails to an address in the local mailbox, newest first. */
export async function mailsTo(app: Gatehouse, address: string): Promise<KeptMail[]> {
  const mails = await listKept(app, 500)
  for (const { url } of mails) keepSecret(url?.split('/').at(-1))
  return mails.filter(({ to }) => to === address)
}

/** The newest mail to an address, once there is one of this letter; what a worker writes takes a moment. */
export async function mailTo(
  app: Gatehouse,
  address: string,
  letter: string,
  { after }: { after?: KeptMail } = {},
): Promise<KeptMail> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const found = (await mailsTo(app, address)).find((mail) => mail.letter === letter)
    if (found && found.id !== after?.id) return found
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`no ${letter} came to ${address}`)
}

/** Where a mail leads. */
export function linkIn({ letter, url }: KeptMail): string {
  if (url === null) throw new Error(`the letter ${letter} holds no link`)
  return url
}
