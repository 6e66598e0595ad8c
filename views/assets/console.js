// Every page of the console works without this file; it only makes some of them kinder.

/** Milliseconds for which a button says that something was copied. */
const thanks = 2_000

/** Buttons that copy are hidden until it is known that they can: without https a page has no clipboard. */
function offerCopying() {
  if (!navigator.clipboard) return
  for (const button of document.querySelectorAll('[data-copy]')) button.hidden = false
}

async function copy(button) {
  const { copy: id, copied } = button.dataset
  await navigator.clipboard.writeText(document.getElementById(id).textContent)
  const told = document.getElementById('told')
  if (told) told.textContent = copied
  const label = button.textContent
  if (label === copied) return
  button.textContent = copied
  setTimeout(() => {
    button.textContent = label
  }, thanks)
}

document.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-copy]')
  if (button) copy(button).catch(() => undefined) // a browser may forbid it; the text can still be marked by hand
})

document.addEventListener('htmx:afterSettle', offerCopying)
offerCopying()

// A filter that is not right yet, such as half an address, is refused: what is below is then not what was asked for.
document.addEventListener('htmx:responseError', ({ detail }) => {
  if (detail.elt.matches('.filters')) document.getElementById('results')?.classList.add('stale')
})

// A page that looks for news by itself waits while somebody reads the details of a row, or stands on one with the keyboard:
// it would be closed under their eyes.
document.addEventListener('htmx:beforeRequest', (event) => {
  const { elt } = event.detail
  if (elt.id === 'results' && elt.querySelector('details[open], :focus-visible')) event.preventDefault()
})
