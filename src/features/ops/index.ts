/** Operations: whether this process lives, and whether it can serve. Owns no table; what is looked at is handed in. */
export { type Check, metricsRoutes, routes } from './routes.ts'
