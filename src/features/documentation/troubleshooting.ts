import type { DefinedError } from '../../platform/errors.ts'
import { hints } from './hints.ts'

/** The section of every code that an answer can carry, as markdown: made of the very tables the answers are made of. */
export function troubleshooting(defined: readonly DefinedError[]): string {
  const byCode = Map.groupBy(defined, ({ code }) => code)
  const sections = [...byCode].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, each]) => section(code, each))
  return `\n${sections.join('\n')}`
}

function section(code: string, each: readonly DefinedError[]): string {
  const said = [...new Set(each.map(({ status, title }) => `**${status}**: ${escaped(title)}`))]
  const hint = hints[code]
  return [`### ${code}\n`, `${said.join('. ')}\n`, ...(hint === undefined ? [] : [`${hint}\n`])].join('\n')
}

const escaped = (text: string): string => text.replace(/[\\`*_[\]<>]/g, '\\$&')
