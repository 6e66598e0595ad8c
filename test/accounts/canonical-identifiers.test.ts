import { expect } from 'chai'

import { canonicalEmail } from '../../src/features/accounts/email.ts'
import { canonicalLogin } from '../../src/features/accounts/login.ts'
import { canonicalUsername } from '../../src/features/accounts/username.ts'

const long = (count: number): string => 'a'.repeat(count)

const addresses: [what: string, typed: string, canonical: string | null][] = [
  ['an ordinary address', 'ann@example.com', 'ann@example.com'],
  ['capitals', 'Ann.Martin@EXAMPLE.Com', 'ann.martin@example.com'],
  ['a tag, which is part of the mailbox name', 'ann+shop@example.com', 'ann+shop@example.com'],
  ['dots, which only some providers ignore', 'a.n.n@example.com', 'a.n.n@example.com'],
  ['fullwidth letters', 'ａｄｍｉｎ@example.com', 'admin@example.com'],
  ['a fullwidth at sign', 'ann＠example.com', 'ann@example.com'],
  ['a composed letter', 'jos\u00e9@example.com', 'jos\u00e9@example.com'],
  ['the same letter decomposed', 'jose\u0301@example.com', 'jos\u00e9@example.com'],
  ['the Kelvin sign', '\u212aelvin@example.com', 'kelvin@example.com'],
  ['a ligature', 'o\ufb03ce@example.com', 'office@example.com'],
  ['an international domain', 'ann@b\u00fccher.example', 'ann@xn--bcher-kva.example'],
  ['the same domain in ASCII form', 'ann@XN--BCHER-KVA.example', 'ann@xn--bcher-kva.example'],
  ['ideographic full stops', 'ann@\u4f8b\u3048\u3002jp', 'ann@xn--r8jz45g.jp'],
  ['the longest local part', `${long(64)}@example.com`, `${long(64)}@example.com`],

  ['a Turkish capital I with dot', '\u0130nci@example.com', null],
  ['a Turkish small i without dot', 'kad\u0131n@example.com', null],
  ['a zero width space', 'ann\u200b@example.com', null],
  ['a zero width joiner in the domain', 'ann@exam\u200dple.com', null],
  ['a soft hyphen', 'ann@exam\u00adple.com', null],
  ['a right to left mark', '\u202eann@example.com', null],
  ['a filler that is drawn as nothing', 'ann\u3164@example.com', null],
  ['NUL', 'ann\0@example.com', null],
  ['a line break', 'ann@example.com\nbcc: eve@example.com', null],
  ['a leading space', ' ann@example.com', null],
  ['a trailing space', 'ann@example.com ', null],
  ['a trailing dot', 'ann@example.com.', null],
  ['a trailing ideographic dot', 'ann@example.com\u3002', null],
  ['half a surrogate pair', 'ann\ud800@example.com', null],
  ['no at sign', 'ann.example.com', null],
  ['two at signs', 'ann@eve.example@example.com', null],
  ['a second, fullwidth at sign', 'ann@example.com＠eve.example', null],
  ['a quoted local part', '"ann@eve.example"@example.com', null],
  ['a list of addresses', 'ann@example.com,eve@example.com', null],
  ['a display name', 'Ann <ann@example.com>', null],
  ['nothing before the at sign', '@example.com', null],
  ['nothing after it', 'ann@', null],
  ['two dots in a row', 'ann..martin@example.com', null],
  ['an ellipsis, which is three dots', 'ann\u2026martin@example.com', null],
  ['a domain of one label', 'ann@localhost', null],
  ['an IP address', 'ann@192.0.2.1', null],
  ['an IP address in disguise', 'ann@0x7f.1', null],
  ['an address literal', 'ann@[192.0.2.1]', null],
  ['a path behind the domain', 'ann@example.com/eve', null],
  ['a percent sign in the domain', 'ann@eve%2eexample.com', null],
  ['a port', 'ann@example.com:25', null],
  ['an empty label', 'ann@example..com', null],
  ['a label that begins with a hyphen', 'ann@-example.com', null],
  ['an underscore in the domain', 'ann@exam_ple.com', null],
  ['too long a label', `ann@${long(64)}.com`, null],
  ['too long a local part', `${long(65)}@example.com`, null],
  ['too long an address', `ann@${`${long(60)}.`.repeat(4)}example`, null],
  ['a megabyte', `${long(1_000_000)}@example.com`, null],
]

const names: [what: string, typed: string, canonical: string | null][] = [
  ['an ordinary name', 'ann', 'ann'],
  ['capitals', 'Ann.Martin', 'ann.martin'],
  ['fullwidth letters', 'ａｄｍｉｎ', 'admin'],
  ['digits and separators', 'ann_martin-2', 'ann_martin-2'],
  ['the Kelvin sign', '\u212aelvin', 'kelvin'],
  ['the longest name', long(64), long(64)],

  ['a Turkish capital I with dot', 'adm\u0130n', null],
  ['a Turkish small i without dot', 'adm\u0131n', null],
  ['a Cyrillic letter that looks Latin', '\u0430dmin', null],
  ['a letter with accent', 'jos\u00e9', null],
  ['a zero width space', 'ad\u200bmin', null],
  ['NUL', 'admin\0', null],
  ['a leading space', ' admin', null],
  ['a trailing space', 'admin ', null],
  ['a trailing dot', 'admin.', null],
  ['two separators in a row', 'ann..martin', null],
  ['an address', 'ann@example.com', null],
  ['a fullwidth at sign', 'ann＠example', null],
  ['digits only', '123456', null],
  ['two characters', 'an', null],
  ['too long a name', long(65), null],
  ['one character that stands for many', '\ufdfa'.repeat(20), null],
  ['a percent sign', 'ann%00', null],
]

describe('the canonical form of an e-mail address', () => {
  for (const [what, typed, canonical] of addresses) {
    it(`${canonical === null ? 'does not exist for' : 'is one for'} ${what}`, () => {
      expect(canonicalEmail(typed)).to.equal(canonical)
    })
  }

  it('is its own canonical form', () => {
    const forms = addresses.flatMap(([, , canonical]) => (canonical === null ? [] : [canonical]))
    expect(forms.map(canonicalEmail)).to.deep.equal(forms)
  })
})

describe('the canonical form of a user name', () => {
  for (const [what, typed, canonical] of names) {
    it(`${canonical === null ? 'does not exist for' : 'is one for'} ${what}`, () => {
      expect(canonicalUsername(typed)).to.equal(canonical)
    })
  }

  it('is never an e-mail address, nor the other way round', () => {
    const typed = [...addresses, ...names].map(([, value]) => value)
    const both = typed.filter((value) => canonicalEmail(value) !== null && canonicalUsername(value) !== null)
    expect(both).to.deep.equal([])
  })
})

describe('what somebody typed to sign in', () => {
  it('is an address when it holds an at sign, in whatever form, else a name', () => {
    expect(canonicalLogin('ＡＮＮ＠Example.com')).to.equal('ann@example.com')
    expect(canonicalLogin('ＡＮＮ')).to.equal('ann')
    expect(canonicalLogin('ann@')).to.equal(null)
  })
})
