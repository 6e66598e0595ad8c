/** Characters; shorter words occur by chance. */
const shortestWord = 3

/** What is looked at of each text, and how many words are kept. */
const longestText = 320
const mostWords = 50

/**
 * The words somebody who knows the person would try first: of an e-mail address the name and the domain without its
 * ending, of a user or brand name the whole and its parts. In the form of `foldPassword`.
 */
export function identityWords(context: readonly string[]): string[] {
  const words = context.flatMap((text) => {
    const [name = '', domain = ''] = foldPassword(text.slice(0, longestText)).split('@')
    return [...wordsOf(name), ...domain.split('.').slice(0, -1)]
  })
  const kept = new Set(words.filter((word) => word.length >= shortestWord))
  return [...kept].slice(0, mostWords)
}

function wordsOf(name: string): string[] {
  const parts = name.split(/[\s._+-]+/u)
  return [name, parts.join(''), ...parts]
}

export const foldPassword = (text: string): string => text.normalize('NFKC').toLowerCase()

/** Whether more than half of a password consists of these words. */
export function isMostly(password: string, words: readonly string[]): boolean {
  const folded = foldPassword(password)
  const covered = new Set<number>()
  for (const word of words) {
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
      for (let position = at; position < at + word.length; position++) covered.add(position)
    }
  }
  return covered.size * 2 > folded.length
}
