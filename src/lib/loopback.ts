/** Whether a host name, as it stands in a URL, is this machine itself (RFC 8252, section 7.3). */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
