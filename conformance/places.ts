/** `--https`: behind a proxy that ends TLS, with certificates of an authority of our own. */
export const overHttps = process.argv.includes('--https')

/** Where clients live, and nobody listens: behind the proxy it is this machine, as it is for who tries the Foundation's suite. */
export const clientOrigin = overHttps ? 'https://localhost:18443' : 'https://client.test.example'

/** Where browsers are sent back to. */
export const callback = `${clientOrigin}/callback`
export const otherCallback = `${clientOrigin}/other`
