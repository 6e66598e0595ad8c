/**
 * Seconds for which a sign-in counts as recent where something is asked that must not be left to whoever finds an open
 * session: changing a password or an address, ending sessions, deleting an account (OWASP ASVS 5.0, 7.5.1 and 7.5.2).
 */
export const recentSignInSeconds = 15 * 60
