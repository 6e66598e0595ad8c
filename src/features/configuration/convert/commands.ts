import { readFileSync } from 'node:fs'
import { Argument, type Command } from 'commander'

import { openPrivateFile } from '../../../platform/private-file.ts'
import { errors } from '../errors.ts'
import { auth0Parts, convertAuth0 } from './auth0.ts'
import { type Converted, isObject, type Json, writeConverted } from './converted.ts'
import { convertKeycloak } from './keycloak.ts'

const systems: Readonly<Record<string, { name: string; convert(parts: readonly Json[]): Converted }>> = {
  keycloak: { name: 'an export of a Keycloak realm', convert: convertKeycloak },
  auth0: { name: 'an export of an Auth0 tenant', convert: convertAuth0 },
}

/** `gatehouse convert`: what another system exports as a document to plan and apply. Nothing is changed by it. */
export function addConvert(program: Command): void {
  program
    .command('convert')
    .addArgument(new Argument('<system>', 'what made the files').choices(Object.keys(systems)))
    .argument('<file...>', 'JSON, or JSON lines')
    .description('make a document of what another system exported; people, hashes and seeds too')
    .requiredOption('-o, --output <file>', 'the document, which only you may read')
    .addHelpText(
      'after',
      '\nExample:\n  gatehouse convert keycloak realm-export.json -o gatehouse.yaml\n\nIt works on files, on this machine.',
    )
    .action(async (system: string, files: string[], { output }: { output: string }) => {
      const known = systems[system]
      if (!known) return
      const converted = known.convert(files.flatMap(partsOf))
      for (const warning of converted.warnings)
        process.stderr.write(`not carried over: ${warning.replace(/\p{C}/gu, '?')}\n`)
      const file = await openPrivateFile(output)
      await file.writeFile(writeConverted(known.name, converted))
      await file.close()
    })
}

function partsOf(file: string): Json[] {
  const text = read(file)
  try {
    return auth0Parts(JSON.parse(text))
  } catch {
    return text
      .split('\n')
      .filter((line) => line.trim() !== '')
      .flatMap((line, index) => lineOf(line, file, index + 1))
  }
}

function lineOf(line: string, file: string, number: number): Json[] {
  try {
    const value: unknown = JSON.parse(line)
    return isObject(value) ? [value] : []
  } catch {
    throw errors.configuration_invalid({ detail: `${file} is neither JSON nor JSON lines (line ${number}).` })
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw errors.configuration_invalid({ detail: `${file} cannot be read.` })
  }
}
