import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'

/**
 * Run by `npm pack`: writes `dist/`, the same tree as here in plain JavaScript, with all that the program reads beside it. Node
 * takes the types out of TypeScript everywhere but under node_modules, where a package stands. `npm run check` has checked them.
 */
const root = join(import.meta.dirname, '..')
const target = join(root, 'dist')

const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
  config: { compilerOptions: object }
}
const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)

/** A worker is named by an address, not by an import: the compiler leaves it as it is. */
const withWorkers = (code: string): string => code.replaceAll(/(new URL\('\.[^']+)\.ts'/g, "$1.js'")

rmSync(target, { recursive: true, force: true })
for (const file of globSync('{src,migrations}/**/*.ts', { cwd: root })) {
  const { outputText } = ts.transpileModule(readFileSync(join(root, file), 'utf8'), {
    compilerOptions: { ...options, module: ts.ModuleKind.ESNext },
    fileName: file,
  })
  const written = join(target, file.replace(/\.ts$/, '.js'))
  mkdirSync(dirname(written), { recursive: true })
  writeFileSync(written, withWorkers(outputText))
}
for (const folder of ['views', 'docs']) cpSync(join(root, folder), join(target, folder), { recursive: true })
