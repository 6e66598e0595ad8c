// Every page works without this file; it only makes some of them kinder.

/** Long enough for a slow network. Afterwards a person may try again, whatever became of the first attempt. */
const patience = 20_000

function setBusy(form, button) {
  form.dataset.busy = 'yes'
  button?.setAttribute('aria-busy', 'true')
  // Not before the browser has collected what is sent: a disabled button's own name and value would be missing.
  setTimeout(() => {
    for (const each of form.querySelectorAll('[type=submit]')) each.disabled = true
  })
  setTimeout(() => setIdle(form), patience)
}

function setIdle(form) {
  form.dataset.busy = ''
  for (const button of form.querySelectorAll('[type=submit]')) {
    button.disabled = false
    button.removeAttribute('aria-busy')
  }
}

function hide(input, button) {
  input.type = 'password'
  button.setAttribute('aria-label', button.dataset.showLabel)
  button.textContent = button.dataset.show
}

function show(input, button) {
  input.type = 'text'
  button.setAttribute('aria-label', button.dataset.hideLabel)
  button.textContent = button.dataset.hide
}

/** Whether the SHA-256 begins with so many zero bits. */
function provesWork(hash, difficulty) {
  return Math.clz32(new DataView(hash).getUint32(0)) >= difficulty
}

/** Finds the suffix that the challenge asks for, a few hundred at a time so that the page stays alive. */
async function solve(challenge, difficulty) {
  const encoder = new TextEncoder()
  for (let from = 0; ; from += 256) {
    const tries = Array.from({ length: 256 }, (_, index) => `${challenge}:${(from + index).toString(36)}`)
    const hashes = await Promise.all(
      tries.map((text) => crypto.subtle.digest('SHA-256', encoder.encode(text))),
    )
    const found = hashes.findIndex((hash) => provesWork(hash, difficulty))
    if (found >= 0) return tries[found]
  }
}

// While machines fill a form in bulk, it brings a proof of work. It is computed while the person types; who is faster waits
// for it. Without crypto.subtle (plain http) the form goes as it is, after a wait.
for (const proof of document.querySelectorAll('input[data-difficulty]')) {
  if (!window.crypto?.subtle) continue
  const { form } = proof
  let solved = false
  const solving = solve(proof.value, Number(proof.dataset.difficulty)).then((text) => {
    proof.value = text
    solved = true
  })
  form.addEventListener('submit', (event) => {
    if (solved) return
    event.preventDefault()
    event.stopImmediatePropagation()
    event.submitter?.setAttribute('aria-busy', 'true')
    solving.then(() => form.requestSubmit(event.submitter))
  })
}

// Passkeys: hidden until the browser shows that it knows them. What it makes or signs is sent by the form, like anything else.

const get = (options, how) =>
  navigator.credentials.get({
    ...how,
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
  })

/** By a form's data-passkey: whoever it may be, which the browser offers by itself too; somebody known; a new one. */
const ceremonies = {
  get,
  confirm: get,
  create: (options) =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
}

/** What is to be made or signed; null where this page is too old for an answer. */
async function askOptions({ action, dataset, elements }) {
  const body = new URLSearchParams({ csrf: elements.csrf.value })
  if (elements.purpose) body.set('purpose', elements.purpose.value)
  const reply = await fetch(dataset.passkeyOptions ?? `${action}/options`, { method: 'POST', body })
  const isAnswer = reply.ok && reply.headers.get('content-type')?.startsWith('application/json')
  return isAnswer ? reply.json() : null
}

function send(form, credential) {
  form.elements.credential.value = JSON.stringify(credential)
  form.requestSubmit()
}

/** Milliseconds after which a challenge that nobody has signed is replaced: it is good for five minutes. */
const freshness = 4 * 60_000

/** Offers passkeys among what the browser would fill in, for as long as the page is open. */
async function offerPasskeys(form, stopped) {
  if (!(await PublicKeyCredential.isConditionalMediationAvailable?.())) return
  while (!stopped.aborted) {
    const options = await askOptions(form)
    if (options === null) return
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(freshness)])
    const credential = await ceremonies.get(options, { mediation: 'conditional', signal }).catch(() => null)
    if (credential !== null) return send(form, credential)
    if (!signal.aborted) return
  }
}

async function runCeremony(form) {
  const failed = form.querySelector('[data-failed]')
  failed.hidden = true
  setBusy(form, form.querySelector('[type=submit]'))
  try {
    const options = await askOptions(form)
    if (options === null) return location.reload()
    const credential = await ceremonies[form.dataset.passkey](options)
    setIdle(form)
    send(form, credential)
  } catch {
    setIdle(form)
    failed.hidden = false // given up, or the browser cannot: it does not tell which
  }
}

const knowsPasskeys =
  window.PublicKeyCredential?.parseRequestOptionsFromJSON !== undefined &&
  PublicKeyCredential.prototype.toJSON !== undefined

for (const form of knowsPasskeys ? document.querySelectorAll('form[data-passkey]') : []) {
  const stop = new AbortController()
  form.hidden = false
  for (const missing of document.querySelectorAll('[data-passkey-missing]')) missing.hidden = true
  form.addEventListener('submit', (event) => {
    if (form.elements.credential.value !== '') return
    event.preventDefault()
    event.stopImmediatePropagation()
    stop.abort() // a browser does one at a time
    if (form.dataset.busy !== 'yes') runCeremony(form)
  })
  window.addEventListener('pageshow', () => {
    form.elements.credential.value = ''
  })
  if (form.dataset.passkey === 'get') offerPasskeys(form, stop.signal).catch(() => undefined)
}

// Whoever keeps a person's passkeys is told which are good, and what the person is called (Web Authentication Level 3, section
// 5.1.10), where the browser knows how. What becomes of it no page may know.

function signal(name, told) {
  window.PublicKeyCredential?.[name]?.(told).catch(() => undefined)
}

for (const { dataset } of document.querySelectorAll('[data-passkey-unknown]'))
  signal('signalUnknownCredential', { rpId: dataset.rpId, credentialId: dataset.passkeyUnknown })

for (const { dataset } of document.querySelectorAll('[data-passkeys-accepted]'))
  signal('signalAllAcceptedCredentials', {
    rpId: dataset.rpId,
    userId: dataset.userId,
    allAcceptedCredentialIds: dataset.passkeysAccepted.split(' ').filter((id) => id !== ''),
  })

for (const { dataset } of document.querySelectorAll('[data-passkey-owner]'))
  signal('signalCurrentUserDetails', {
    rpId: dataset.rpId,
    userId: dataset.passkeyOwner,
    name: dataset.name,
    displayName: dataset.displayName,
  })

for (const form of document.querySelectorAll('form[data-busy]')) {
  form.addEventListener('submit', (event) => {
    if (form.dataset.busy === 'yes') event.preventDefault()
    else setBusy(form, event.submitter)
  })
}

for (const button of document.querySelectorAll('button.reveal')) {
  const input = document.getElementById(button.getAttribute('aria-controls'))
  button.hidden = false
  button.addEventListener('click', () => {
    if (input.type === 'password') show(input, button)
    else hide(input, button)
    input.focus()
  })
  // A field of type text would be offered again by the browser's form history.
  input.form.addEventListener('submit', () => hide(input, button))
}

for (const link of document.querySelectorAll('a[data-busy]')) {
  link.addEventListener('click', (event) => {
    const here = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey
    if (here) link.setAttribute('aria-busy', 'true')
  })
}

// A logo that cannot be loaded leaves the initial behind it.
for (const image of document.querySelectorAll('img[data-optional]')) {
  const drop = () => image.remove()
  if (image.complete && image.naturalWidth === 0) drop()
  else image.addEventListener('error', drop)
}

// A page that comes back out of the browser's memory comes back as it was left: busy.
window.addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-busy]')) setIdle(form)
  for (const link of document.querySelectorAll('a[data-busy]')) link.removeAttribute('aria-busy')
})

// What a client gets by a form is sent at once.
for (const form of document.querySelectorAll('form[data-send]')) form.submit()
