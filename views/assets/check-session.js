// The page that applications frame to learn whether the session is still what it was when they were told of it
// (OpenID Connect Session Management 1.0, section 3.2). They post "client_id session_state" and hear one word.

const names = ['__Host-gatehouse_browser_state', 'gatehouse_browser_state']

/** Empty where nobody is signed in, or the browser keeps our cookies from foreign frames. */
function browserState() {
  for (const pair of document.cookie.split('; ')) {
    const at = pair.indexOf('=')
    if (names.includes(pair.slice(0, at))) return pair.slice(at + 1)
  }
  return ''
}

async function sha256(text) {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The origin is the browser's word, not the message's: no site can ask in another's name. */
async function compare(message, origin) {
  const [, clientId, hash, salt] = /^([^ ]{1,200}) ([\da-f]{64})\.([\w-]{1,100})$/.exec(String(message)) ?? []
  if (salt === undefined) return 'error'
  const now = await sha256(`${clientId} ${origin} ${browserState()} ${salt}`)
  return now === hash ? 'unchanged' : 'changed'
}

window.addEventListener('message', (event) => {
  if (event.origin === 'null' || event.source === null) return
  compare(event.data, event.origin).then(
    (word) => event.source.postMessage(word, event.origin),
    () => event.source.postMessage('error', event.origin),
  )
})
