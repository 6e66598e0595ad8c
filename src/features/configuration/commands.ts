import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'

import { answer, byCommandLine, type CommandGroup } from '../../platform/command.ts'
import {
  applyConfiguration,
  type Plan,
  planConfiguration,
  rememberingAddresses,
} from './apply-configuration.ts'
import { localKeeper } from './document/keeper.ts'
import { type Opened, openDocument } from './document/open-document.ts'
import { documentsIn } from './document/read-file.ts'
import { errors } from './errors.ts'
import { exportConfiguration } from './export-configuration.ts'
import { describePlan, summaryOf } from './plan/show-plan.ts'
import type { Machinery } from './sections/section.ts'

type Open = () => Promise<Machinery>

/** `gatehouse export`, `plan` and `apply`: the configuration as a file. */
export const commands: CommandGroup<Machinery> = (program, open) => {
  addExport(program, open)
  addPlan(program, open)
  addApply(program, open)
}

interface ExportOptions {
  output?: string
  users?: true
}

function addExport(program: Command, open: Open): void {
  program
    .command('export')
    .description('write the configuration as YAML; secrets only as hashes or sealed')
    .option('-o, --output <file>', 'into a file that only you may read, not to standard output')
    .addHelpText('after', '\nExample:\n  gatehouse export -o gatehouse.yaml')
    .action(async ({ output }: ExportOptions) => {
      const text = await exportConfiguration(await open())
      if (output === undefined) process.stdout.write(text)
      else await writeFile(output, text, { mode: 0o600 })
    })
}

interface PlanOptions {
  file: string
  prune?: true
  json?: true
  yes?: true
}

const naming = (command: Command): Command =>
  command
    .requiredOption('-f, --file <file>', 'the document, as an export gives it; - for standard input')
    .option('--prune', 'remove what a section of the document does not name')
    .option('--json', 'answer as JSON')

function addPlan(program: Command, open: Open): void {
  naming(program.command('plan').description('what apply would change; exits with 2 when there is something'))
    .addHelpText('after', '\nExample:\n  gatehouse plan -f gatehouse.yaml')
    .action(async (options: PlanOptions) => {
      const { plan } = await planned(await open(), options)
      say(options, plan)
      if (plan.changes.length > 0) process.exitCode = 2
    })
}

function addApply(program: Command, open: Open): void {
  naming(
    program.command('apply').description('make the configuration what a document says, all of it or nothing'),
  )
    .option('--yes', 'do not ask')
    .addHelpText('after', '\nExample:\n  gatehouse apply -f gatehouse.yaml --yes')
    .action(async (options: PlanOptions) => {
      const app = rememberingAddresses(await open())
      const { opened, plan } = await planned(app, options)
      if (!options.json || !options.yes) process.stderr.write(`${describePlan(plan.changes)}\n`)
      if (plan.changes.length > 0) {
        if (!options.yes && !(await agreed(options))) throw errors.configuration_declined()
        await applyConfiguration(app, byCommandLine, opened, { prune: options.prune === true, shown: plan })
      }
      answer(options, { ...plan, summary: summaryOf(plan.changes), applied: true }, 'Applied.')
    })
}

async function planned(app: Machinery, options: PlanOptions): Promise<{ opened: Opened; plan: Plan }> {
  const [source] = documentsIn(textOf(options.file))
  if (!source) throw errors.configuration_invalid({ detail: 'the file holds no document' })
  const opened = openDocument(source, localKeeper(dirname(options.file)))
  return { opened, plan: await planConfiguration(app, opened, { prune: options.prune === true }) }
}

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch {
    throw errors.configuration_invalid({ detail: `${file} cannot be read.` })
  }
}

const say = (options: PlanOptions, { changes }: Plan): void => {
  answer(options, { changes, summary: summaryOf(changes) }, describePlan(changes))
}

/** Whoever cannot be asked has not agreed. */
async function agreed({ file }: PlanOptions): Promise<boolean> {
  if (!process.stdin.isTTY || file === '-') return false
  const asking = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await asking.question('Apply this? (yes/no) ')).trim())
  } finally {
    asking.close()
  }
}
