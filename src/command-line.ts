/** How one calls the command line of this program: in a clone, or where it is installed as a compiled package. */
export const commandLine = import.meta.filename.endsWith('.ts') ? 'npm run gatehouse --' : 'npx gatehouse'
