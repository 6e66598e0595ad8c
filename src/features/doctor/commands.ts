import { existsSync } from 'node:fs'
import type { Command } from 'commander'

import { systemClock } from '../../lib/clock.ts'
import { answer, type Roof } from '../../platform/command.ts'
import { type Config, type Databases, examineConfig } from '../../platform/config/index.ts'
import { openDns } from '../../platform/dns.ts'
import { errors } from './errors.ts'
import { examine } from './examine.ts'
import type { Finding, State } from './finding.ts'

interface Options {
  strict?: true
  json?: true
}

/** `gatehouse doctor` */
export const commands = (program: Command, roof: Roof): void => {
  program
    .command('doctor')
    .description('look whether the service is well, or why not; changes nothing')
    .option('--strict', 'warnings count as well')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
Run it where the service runs, with the same variables. Ends with 0 when nothing fails, otherwise with 1.

Examples:
  gatehouse doctor
  gatehouse doctor --strict --json`,
    )
    .action(async (options: Options) => {
      const { config, faults } = examineConfig()
      const wrong = faults.some(({ name }) => name === 'DATABASE_URL')
      const databases = async () => (wrong ? null : whereFound(config, (found) => roof.databases(found)))
      const findings = await examine({
        ...{ config, faults, databases },
        clock: systemClock,
        dns: openDns(config.dnsServers),
      })
      const bad = findings.filter(({ state }) => state === 'fail' || (options.strict && state === 'warn'))
      answer(options, { ok: bad.length === 0, findings }, findings.map(lineOf).join('\n'))
      if (bad.length > 0)
        throw errors.unwell({ detail: `${bad.length} of ${findings.length} findings want an answer.` })
    })
}

/** Where nothing was ever started nothing is begun for the sake of looking. */
async function whereFound(
  config: Config,
  open: (config: Config) => Promise<Databases>,
): Promise<Databases | null> {
  return config.database || existsSync(`${config.dataDir}/secrets.json`) ? open(config) : null
}

const marks: Record<State, string> = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL' }

const lineOf = ({ check, state, said, fix }: Finding): string =>
  `${marks[state]}  ${check.padEnd(14)}${said}${fix === undefined ? '' : `\n      ${''.padEnd(14)}→ ${fix}`}`
