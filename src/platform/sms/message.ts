export interface OutgoingSms {
  /** The same for each attempt at one message, so that the provider sends it once. */
  id: string
  /** E.164. */
  to: string
  text: string
}
