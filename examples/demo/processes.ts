import type { ChildProcess } from 'node:child_process'
import type { Worker } from 'node:cluster'

/** No step of the demo takes longer; a hung one must end it. */
const LIMIT_MS = 60_000

/**
 * The next message of a type from another process.
 *
 * @throws Error when the process ends first, or says nothing for a minute
 */
export async function messageFrom<T extends { readonly type: string }>(
  sender: ChildProcess | Worker,
  type: T['type'],
): Promise<T> {
  const child = 'process' in sender ? sender.process : sender
  return await new Promise((resolve, reject) => {
    const done = (): void => {
      clearTimeout(timer)
      child.off('message', onMessage)
      child.off('exit', onExit)
    }
    const onMessage = (message: unknown): void => {
      if ((message as { type?: unknown } | null)?.type !== type) return
      done()
      resolve(message as T)
    }
    const onExit = (code: number | null, signal: string | null): void => {
      done()
      reject(
        new Error(`a process ended instead of saying ${type}: pid=${child.pid ?? 0}, code=${code ?? signal ?? ''}`),
      )
    }
    const timer = setTimeout(() => {
      done()
      reject(new Error(`a process did not say ${type} within ${LIMIT_MS} ms: pid=${child.pid ?? 0}`))
    }, LIMIT_MS)
    child.on('message', onMessage)
    child.on('exit', onExit)
  })
}
