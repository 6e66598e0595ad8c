/** Asked of the thread: a password in normal form, and the words that are easy guesses for its owner. */
export interface Question {
  password: string
  words: readonly string[]
}

/**
 * Told by the thread: that it has loaded; then for each question whether the password is a common one, which takes no
 * time, and after that its score from 0 to 4, which can take seconds.
 */
export type Answer = { ready: true } | { common: boolean } | { score: number }
