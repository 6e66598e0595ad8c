import { leadingZeroBits } from '../../src/features/lockout/bots/proof-of-work.ts'
import { sha256 } from '../../src/platform/crypto/index.ts'

/** Does the work that a challenge asks for. */
export function solve(challenge: string, difficulty: number): string {
  for (let n = 0; ; n++) {
    const proof = `${challenge}:${n.toString(36)}`
    if (leadingZeroBits(sha256(proof)) >= difficulty) return proof
  }
}
