import { expect } from 'chai'

import { sharedStage } from '../support/shared-stage.ts'
import { type Block, blocksOf, guides } from './blocks.ts'
import { openShell, type Ran } from './shell.ts'
import { notRun, openSite, type Site, type Surroundings, surroundings } from './surroundings.ts'

describe('the commands of the documentation', function () {
  this.timeout(60_000)
  const site = sharedStage(async (stage) => openSite(stage, await openShell(stage.app)), {
    variables: { OUTBOUND_ALLOW: 'localhost,127.0.0.1' },
  })
  const blocks = guides.flatMap(blocksOf)

  it('stand in blocks of shell, and those alone', () => {
    const other = blocks.filter(
      ({ language, text }) => language !== 'sh' && /^(\$ )?(gatehouse|curl|n?px?m?) /m.test(text),
    )
    expect(other).to.deep.equal([])
    const shells = new Set(blocks.filter(({ language }) => language === 'sh').map(({ section }) => section))
    expect([...shells]).to.include.members(Object.keys(surroundings))
  })

  for (const path of guides) {
    const sections = Map.groupBy(
      blocks.filter(({ document, language }) => document === path && language === 'sh'),
      ({ section }) => section,
    )
    if (sections.size === 0) continue
    it(`do what ${path} says`, async () => {
      for (const [section, shells] of sections) {
        const prepared = (await surroundings[section]?.(site())) ?? {}
        const ran: Ran[] = []
        for (const block of shells)
          ran.push(await site().shell.run(typed(block, site(), prepared), prepared.variables))
        const told = `${section}\n${ran.map(({ said }) => said).join('\n')}`

        expect(unexpected(ran, prepared.refused ?? []), told).to.deep.equal([])
        expect(Object.keys(notRun), section).to.include.members(ran.flatMap(({ named }) => named))
      }
    })
  }
})

/** What a reader would type: their own words in place of those of the document. */
function typed({ text }: Block, { issuer }: Site, { words = {} }: Surroundings): string {
  const all = { 'https://id.example.com': issuer, 'http://localhost:3000': issuer, ...words }
  return Object.entries(all).reduce(
    (lines, [word, theirs]) => lines.replaceAll(byItself(word), () => theirs),
    text,
  )
}

/** Where a word is no part of another, and no variable. */
const byItself = (word: string): RegExp =>
  new RegExp(`(?<![$\\w])${word.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')}(?!\\w)`, 'g')

/** What did not go as the document says: refusals that it does not tell of, those that did not come, ends of the shell. */
function unexpected(ran: readonly Ran[], told: readonly string[]): string[] {
  const refused = ran.flatMap((one) => one.refused)
  return [
    ...ran.filter(({ code }) => code !== 0).map(({ code }) => `the shell ended with ${code}`),
    ...refused.filter((one) => !told.some((start) => one.startsWith(start))),
    ...told.filter((start) => !refused.some((one) => one.startsWith(start))).map((one) => `no ${one}`),
  ]
}
