import { spawnSync } from 'node:child_process'

/** `npm run sdk`: writes the types of the TypeScript client anew, of the document that this very code serves. */
const { status } = spawnSync(
  process.execPath,
  [
    'node_modules/mocha/bin/mocha.js',
    '--no-package',
    '--require',
    './test/support/hooks.ts',
    '--timeout',
    '60000',
    '--exit',
    'test/sdk/types.test.ts',
  ],
  {
    stdio: 'inherit',
    env: { ...process.env, SDK_TYPES: 'write' },
  },
)
process.exitCode = status ?? 1
