import { fallsShort } from '../../admission/index.ts'
import { offersSms } from '../../factors/index.ts'
import { levelOf } from '../factors.ts'
import type { Standing } from '../standing.ts'

/** Whoever has read a mail and no more must not get what opens the account by itself. */
export const mayAddKey = ({ proven }: Pick<Standing, 'proven'>): boolean => !proven.includes('mail')

/** Where codes are sent to phones, and one would be enough for what is demanded. */
export const mayAddPhone = async (
  parts: Parameters<typeof offersSms>[0],
  { proven, demand }: Pick<Standing, 'proven' | 'demand'>,
): Promise<boolean> => !fallsShort(levelOf([...proven, 'sms-code']), demand) && (await offersSms(parts))

/** What somebody may set up in a sign-in that needs a second factor, as applications are told. An app is always enough. */
export const mayAdd = async (
  parts: Parameters<typeof offersSms>[0],
  standing: Pick<Standing, 'proven' | 'demand'>,
): Promise<string[]> => [
  'totp',
  ...(mayAddKey(standing) ? ['passkey', 'security_key'] : []),
  ...((await mayAddPhone(parts, standing)) ? ['sms_code'] : []),
]
