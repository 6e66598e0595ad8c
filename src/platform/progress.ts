/** Tells a person at a terminal how far a long command is. */
export interface Progress {
  advance(by: number): void
  stop(): void
}

/** A bar on standard error while that is a terminal; otherwise nothing, so that logs and pipes stay clean. */
export async function openProgress(
  label: string,
  total: number,
  stream: NodeJS.WritableStream & { isTTY?: boolean } = process.stderr,
): Promise<Progress> {
  if (!stream.isTTY) return { advance: () => undefined, stop: () => undefined }
  const { default: cliProgress } = await import('cli-progress')
  const format = `${label} {bar} {percentage}% {value}/{total} {eta_formatted}`
  const bar = new cliProgress.SingleBar(
    { format, stream, hideCursor: true },
    cliProgress.Presets.shades_classic,
  )
  bar.start(total, 0)
  return {
    advance: (by) => {
      bar.increment(by)
    },
    stop: () => {
      bar.stop()
    },
  }
}
