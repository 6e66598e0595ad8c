import type { Log } from '../../src/platform/log.ts'
import { openLog } from '../../src/platform/log.ts'

/** Everything the suite's services would have logged, whatever level is shown. */
const lines: string[] = []

/** Values that must never be logged: passwords, secrets, tokens, codes and cookies that tests come to know. */
const secrets = new Set<string>()

/** What no line may look like, known value or not: a JWT, a password hash, a PEM key, a link of an invitation or a mail. */
const forbidden = [
  /eyJ[\w-]{8,}\.eyJ[\w-]{8,}\./,
  /\$argon2id\$/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\/invitation\/[\w-]{43}/,
  /\/(recovery|verify-email|sign-in-link|link)\/[\w-]{43}/,
  /\/interaction\/[\w-]{20,}/,
]

/** Shorter ones would be found by chance. */
const shortest = 12

/** Tells the canary a value that it must not see in any log. */
export function keepSecret(...values: (string | null | undefined)[]): void {
  for (const value of values) if (value && value.length >= shortest) secrets.add(value)
}

/** A log for tests: shows what `level` allows, and keeps everything down to `trace` for the canary. */
export function watchedLog(level: string): Log {
  const shown = openLog(level)
  return openLog('trace', {
    write: (line) => {
      lines.push(line)
      if (shown.isLevelEnabled(levelOf(line))) process.stderr.write(line)
    },
  })
}

const names: Record<number, string> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
}

const levelOf = (line: string): string => names[Number(/"level":(\d+)/.exec(line)?.[1])] ?? 'fatal'

/** Keeps what goes to somebody else by another way than the log, for the canary. */
export const watchText = (text: string): void => void lines.push(text)

/** The lines of the whole run that give something away. */
export function givenAway(): string[] {
  const known = byBeginning(secrets)
  return lines.filter((line) => forbidden.some((shape) => shape.test(line)) || holdsOne(line, known))
}

/** Secrets by their first characters: so a line is read once, however many there are. */
function byBeginning(values: Iterable<string>): Map<string, string[]> {
  const known = new Map<string, string[]>()
  for (const value of values) {
    const beginning = value.slice(0, shortest)
    known.set(beginning, [...(known.get(beginning) ?? []), value])
  }
  return known
}

function holdsOne(line: string, known: ReadonlyMap<string, readonly string[]>): boolean {
  for (let at = 0; at + shortest <= line.length; at++) {
    const candidates = known.get(line.slice(at, at + shortest))
    if (candidates?.some((secret) => line.startsWith(secret, at))) return true
  }
  return false
}

/** How much the canary has seen and knows. */
export const watched = (): { lines: number; secrets: number } => ({
  lines: lines.length,
  secrets: secrets.size,
})
