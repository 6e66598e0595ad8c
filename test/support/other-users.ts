import { spawnSync } from 'node:child_process'

const nobody = 65_534

/**
 * Whether this run can start the program as another user: it is root's, and its folder and runtime lie where others may
 * enter. A clone below a private home cannot; any clone below a folder open to all can.
 */
export const canRunAsNobody = (): boolean =>
  process.getuid?.() === 0 &&
  spawnSync(process.execPath, ['--version'], { uid: nobody, gid: nobody, stdio: 'ignore' }).status === 0
