/** What came of one attempt to send a mail. */
export type Outcome =
  | { result: 'sent' }
  /** The recipient's address was refused for good; `addressFault` when it is the address and not who we are. */
  | { result: 'bounced'; reason: string; addressFault: boolean }
  /** The server will not have this mail at all. */
  | { result: 'refused'; reason: string }
  /** Nothing is decided: to be tried again. */
  | { result: 'failed'; reason: string; serverAway: boolean }

interface SmtpError {
  code: string
  command: string
  responseCode: number
  response: string
}

/**
 * Reads the library's error. Only 5yz replies are final (RFC 5321, section 4.2.1), and of these only what concerns the
 * recipient or the mail: a server that refuses our name or password is set right by its operator, and the mail waits.
 */
export function outcomeOf(error: unknown): Outcome {
  const { code, command, responseCode, response } = smtpErrorOf(error)
  const reason = [code, command, responseCode || ''].filter((part) => part !== '').join(' ')
  const final = responseCode >= 500 && responseCode !== 503 // bad sequence: said of the session, not of the mail
  if (final && command === 'RCPT TO') return { result: 'bounced', reason, addressFault: !isPolicy(response) }
  if (final && command === 'DATA') return { result: 'refused', reason }
  return {
    result: 'failed',
    reason,
    serverAway: responseCode === 0 || responseCode === 421 || code === 'EAUTH',
  }
}

/** X.7.Z: security or policy (RFC 3463, section 3.8); that is about the sender, and no reason to give the address up. */
const isPolicy = (response: string): boolean => /^5\d\d[ -]5\.7\./.test(response)

function smtpErrorOf(error: unknown): SmtpError {
  const { code, command, responseCode, response } = Object(error) as Partial<Record<keyof SmtpError, unknown>> // nodemailer's errors, each member checked below
  return {
    code: typeof code === 'string' ? code : 'EUNKNOWN',
    command: typeof command === 'string' ? command : '',
    responseCode: typeof responseCode === 'number' ? responseCode : 0,
    response: typeof response === 'string' ? response : '',
  }
}
