/** Calls `end` once when the process is asked to end; then nothing keeps it alive any more. */
export function onShutdown(end: () => Promise<void>): void {
  let isEnding = false
  const shutdown = (): void => {
    if (isEnding) return
    isEnding = true
    end().catch((error: unknown) => {
      console.error(error)
      process.exitCode = 1
    })
  }
  process.on('SIGTERM', shutdown)
  process.on('SIGINT', shutdown)
}
