import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

import type * as sources from '../../sdk/typescript/src/index.ts'

export type Sdk = typeof sources

export interface Packed {
  /** What a program gets that has installed the tarball. */
  sdk: Sdk
  /** Paths in it. */
  files: string[]
  remove(): void
}

/** Packs the client as it would be published and installs the tarball by hand, with jose beside it. */
export async function packed(): Promise<Packed> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-sdk-'))
  execFileSync('npm', ['pack', '--offline', '--pack-destination', folder], {
    cwd: 'sdk/typescript',
    stdio: 'pipe',
  })
  const [tarball = ''] = readdirSync(folder)
  const home = join(folder, 'node_modules/@gatehouse/client')
  mkdirSync(home, { recursive: true })
  execFileSync('tar', ['-xzf', join(folder, tarball), '-C', home, '--strip-components=1'])
  symlinkSync(join(process.cwd(), 'node_modules/jose'), join(folder, 'node_modules/jose'))
  const sdk = (await import(pathToFileURL(join(home, 'dist/index.js')).href)) as Sdk // made of it a moment ago
  return {
    sdk,
    files: readdirSync(home, { recursive: true, encoding: 'utf8' }).map((name) => name.replaceAll('\\', '/')),
    remove: () => {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
