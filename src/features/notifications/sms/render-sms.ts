import { pickLanguage } from '../../../lib/language.ts'
import type { App } from '../../../platform/app.ts'
import type { WithSettings } from '../../settings/index.ts'
import { fitsOneSms } from './fits-one-sms.ts'
import type { SmsRecord } from './repository.ts'
import type { SmsContent } from './sealed-sms.ts'

type Machinery = Pick<App, 'config' | 'views'> & WithSettings

/** From what says most to what is left of it where names are long or need letters that make a message cost thrice. */
const forms = [
  { form: 'full', bound: true },
  { form: 'short', bound: true },
  { form: 'short', bound: false },
] as const

/**
 * The message in the person's language, short enough for one. Its last line binds the code to our origin: a browser fills it
 * in there and nowhere else (Origin-bound one-time codes delivered via SMS, section 4). No link: people are taught to follow none.
 */
export async function renderSms(
  app: Machinery,
  { message, language }: Pick<SmsRecord, 'message' | 'language'>,
  { told }: Pick<SmsContent, 'told'>,
): Promise<string> {
  const page = {
    language: pickLanguage(
      app.views.languages,
      language ?? undefined,
      await app.settings.get('languages.default'),
    ),
    brand: await app.settings.get('brand'),
  }
  const host = new URL(app.config.issuer).hostname
  let text = ''
  for (const { form, bound } of forms) {
    const locals = { code: null, ...told, host: bound ? host : null }
    text = await app.views.message(`${message}.${form}`, { ...page, locals })
    if (fitsOneSms(text)) break
  }
  return text
}
