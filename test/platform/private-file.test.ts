import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'

import { openPrivateFile } from '../../src/platform/private-file.ts'

describe('a file of secrets', () => {
  it('is read by its owner alone, also where others could read what was there before', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-private-'))
    const [there, made] = [join(folder, 'there'), join(folder, 'made')]
    writeFileSync(there, 'longer than what comes', { mode: 0o644 })
    for (const path of [there, made]) {
      const file = await openPrivateFile(path)
      await file.writeFile('hashes')
      await file.close()
      expect(statSync(path).mode & 0o777, path).to.equal(0o600)
      expect(readFileSync(path, 'utf8')).to.equal('hashes')
    }
  })
})
