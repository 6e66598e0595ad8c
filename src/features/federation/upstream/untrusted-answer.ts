/** An answer that came and does not hold what it must. */
export class UntrustedAnswer extends Error {
  override readonly name = 'UntrustedAnswer'
}
