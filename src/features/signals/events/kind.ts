/** Of deliveries that push an event. Stored; never changes. */
export const pushKind = 'signal'
