import { type FileHandle, open } from 'node:fs/promises'

/**
 * Opens a file to write into that only its owner may read, also where it was there before and others could; what stood in it is
 * gone. Whatever is no file (a terminal, a pipe) stays as it is.
 */
export async function openPrivateFile(path: string): Promise<FileHandle> {
  const file = await open(path, 'w', 0o600)
  if ((await file.stat()).isFile()) await file.chmod(0o600) // the mode above is for one that is made
  return file
}
