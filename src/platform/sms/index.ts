/**
 * Text messages: one call to the provider that SMS_URL names, through the guarded client. Whoever has something to send
 * writes it to the queue of features/notifications, which comes here.
 *
 * Never a number or a text in a log line or an error: what comes back is an outcome with a code.
 */
export type { OutgoingSms } from './message.ts'
export { openSms, type Sms, type SmsResult } from './open.ts'
