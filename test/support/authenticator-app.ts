import { createHmac } from 'node:crypto'

import { keepSecret } from './canary.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Bytes of Base32 without padding (RFC 4648, section 6). */
export function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

/** The code for a time step: six digits of HMAC-SHA-1, written down from RFC 4226, section 5.3, without the library we use. */
export function codeOfStep(seed: Buffer, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const hash = createHmac('sha1', seed).update(counter).digest()
  const offset = (hash.at(-1) ?? 0) & 0xf
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** An app with one account. */
export interface AuthenticatorApp {
  seed: Buffer
  /** What it shows at a moment, or so many steps of thirty seconds later (RFC 6238, section 4.2). */
  codeAt(at: Date, steps?: number): string
}

export function openAuthenticatorApp(secret: string): AuthenticatorApp {
  keepSecret(secret)
  const seed = fromBase32(secret)
  const codeAt = (at: Date, steps = 0) => codeOfStep(seed, Math.floor(at.getTime() / 30_000) + steps)
  return { seed, codeAt }
}

/** Six digits that no step near this moment has. */
export function wrongCode(app: AuthenticatorApp, at: Date): string {
  const near = new Set([-2, -1, 0, 1, 2].map((steps) => app.codeAt(at, steps)))
  for (let code = 0; ; code++) {
    const text = String(code).padStart(6, '0')
    if (!near.has(text)) return text
  }
}
