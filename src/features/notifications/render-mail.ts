import { pickLanguage } from '../../lib/language.ts'
import type { App } from '../../platform/app.ts'
import type { Letter } from '../../platform/views/index.ts'
import type { WithSettings } from '../settings/index.ts'
import type { MailRecord } from './repository.ts'
import type { MailContent } from './sealed-mail.ts'

type Machinery = Pick<App, 'config' | 'views'> & WithSettings

/** The letter in the person's language, and the brand of this deployment. */
export async function renderMail(
  app: Machinery,
  mail: Pick<MailRecord, 'letter' | 'language'>,
  { told }: Pick<MailContent, 'told'>,
): Promise<Letter> {
  const language = pickLanguage(
    app.views.languages,
    mail.language ?? undefined,
    await app.settings.get('languages.default'),
  )
  const brand = await app.settings.get('brand')
  const recoveryUrl = `${app.config.issuer}/recovery`
  return app.views.letter(mail.letter, { language, brand, locals: { ...told, recoveryUrl } })
}
