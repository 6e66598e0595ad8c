/**
 * Notifications: letters to people, each written in the transaction of its cause and delivered afterwards by a queue, so
 * that no sign-in waits for a mail server. What a mail says is sealed until it was delivered, and then gone.
 *
 * Text messages (`sms/`) go the same way.
 *
 * Owns tables `mails`, `mail_suppressions` and `sms_messages`. Reacts to `auth.password.changed`, `auth.device.added`,
 * `auth.sign_in.unusual`, `auth.refresh.reused`, `auth.session.copied`, and what happens to identities, passkeys and other factors, by telling the person. letters.ts lists all letters.
 * Rules: RFC 5321, sections 4.2.1 and 6.1; RFC 3834, section 5; OWASP ASVS 5.0, 6.3.7; docs/decisions/0014-mail.md.
 */
export { commands } from './commands.ts'
export { jobs } from './jobs.ts'
export type { LetterName, LocalsOf } from './letters.ts'
export { findKept, hasMailbox, type KeptMail, listKept } from './mailbox.ts'
export { type Mailer, openMailer, type WithMailer } from './mailer.ts'
export { pages } from './pages.ts'
export { tryMailServer } from './try-mail-server.ts'
export { type Describers, reactions } from './reactions.ts'
export { removeOfUser as forgetMailsOf } from './repository.ts'
export { type Mail, sendMail } from './send-mail.ts'
export { suppressAddress } from './suppress-address.ts'
export { type KeptSms, listKeptSms } from './sms/kept-sms.ts'
export { removeOfUser as forgetSmsOf } from './sms/repository.ts'
export type { NoticeName } from './sms/messages.ts'
export { sendNotice } from './sms/send-notice.ts'
export { canSendSms, sendSms } from './sms/send-sms.ts'
