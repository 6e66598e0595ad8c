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

// While passwords are being guessed in bulk, a sign-in brings a proof of work. It is computed while the password is typed;
// who is faster waits for it. Without crypto.subtle (plain http) the form goes as it is, after a wait.
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
