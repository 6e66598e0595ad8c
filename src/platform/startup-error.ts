/** What stops the program before it serves: one sentence saying what is wrong and what to do, printed without a stack. */
export function startupError(message: string, options: { cause?: unknown } = {}): Error {
  return Object.assign(new Error(message, options), { name: 'StartupError' })
}

export const isStartupError = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'StartupError'
