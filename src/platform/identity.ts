/**
 * Who holds a lock: one thread of one process, such that it can be proved dead later. A process id alone is reused, is
 * the same in two containers, and lives on when one worker thread of it has been terminated.
 */
import { readFileSync, readlinkSync } from 'node:fs'
import { systemCode } from './file-errors.js'

/** A thread of the system. All four parts are needed: none is unique alone. */
export interface OwnerToken {
  /** Kernel's id of the thread. */
  readonly threadId: number
  /** When the thread started, in clock ticks since boot. */
  readonly startTime: string
  /** Of the running kernel; another after each boot. */
  readonly bootId: string
  /** Number of the pid namespace; '0' when it is unknown, which makes a death impossible to prove. */
  readonly pidNamespace: string
}

/** Field positions of /proc/PID/stat (proc_pid_stat(5)), counted from the one after the name in brackets. */
const STATE_FIELD = 0
const FLAGS_FIELD = 6
const START_TIME_FIELD = 19

const PF_EXITING = 0x4

let own: OwnerToken | undefined

/** The calling thread's own token; worker threads have different ones. Constant time after the first call. */
export function currentOwner(): OwnerToken {
  return (own ??= readOwner())
}

function readOwner(): OwnerToken {
  try {
    // Read synchronously, hence by this very thread and not by one of the pool.
    const stat = readFileSync('/proc/thread-self/stat', 'latin1')
    // A /proc of another pid namespace shows numbers that mean nothing here.
    const isOurProc = readlinkSync('/proc/self') === String(process.pid)
    return {
      threadId: Number.parseInt(stat, 10),
      startTime: fieldsAfterName(stat)[START_TIME_FIELD] ?? '0',
      bootId: readBootId(),
      pidNamespace: isOurProc ? (/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0') : '0',
    }
  } catch {
    return { threadId: process.pid, startTime: '0', bootId: '0', pidNamespace: '0' }
  }
}

function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
}

// The name may hold blanks and brackets: the last bracket ends it.
function fieldsAfterName(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** Whether the two tokens name the same thread. */
export function isSameOwner(a: OwnerToken, b: OwnerToken): boolean {
  return (
    a.threadId === b.threadId &&
    a.startTime === b.startTime &&
    a.bootId === b.bootId &&
    a.pidNamespace === b.pidNamespace
  )
}

/** What is known of a thread: `'unknown'` when it may be of another boot or pid namespace, or there is no /proc. */
export type OwnerState = 'alive' | 'dead' | 'unknown'

/**
 * Whether the thread is dead beyond doubt: gone, a zombie, on its way out, or its number belongs to another thread now.
 * What cannot be known (another boot, another pid namespace, no /proc) counts as alive. Costs about 25 microseconds.
 */
export function isProvenDead(token: OwnerToken): boolean {
  return ownerState(token) === 'dead'
}

/** What is known of the thread. Costs about 25 microseconds. */
export function ownerState(token: OwnerToken): OwnerState {
  const me = currentOwner()
  if (token.bootId !== me.bootId || token.pidNamespace !== me.pidNamespace || me.pidNamespace === '0') return 'unknown'
  let stat: string
  try {
    stat = readFileSync(`/proc/${token.threadId}/stat`, 'latin1')
  } catch (error) {
    const code = systemCode(error)
    // ESRCH: it went away between open and read. With hidepid, a stranger's process looks gone, so the kernel is asked.
    const isGone = code === 'ESRCH' || (code === 'ENOENT' && !answersSignals(token.threadId))
    return isGone ? 'dead' : 'unknown'
  }
  const fields = fieldsAfterName(stat)
  const state = fields[STATE_FIELD]
  const isDead =
    fields[START_TIME_FIELD] !== token.startTime ||
    state === 'Z' ||
    state === 'X' ||
    (Number(fields[FLAGS_FIELD]) & PF_EXITING) !== 0
  return isDead ? 'dead' : 'alive'
}

function answersSignals(threadId: number): boolean {
  try {
    process.kill(threadId, 0)
    return true
  } catch (error) {
    return systemCode(error) !== 'ESRCH'
  }
}

/** Whether the token was made under another running kernel: on a local disk, before the last boot. */
export function isFromOtherBoot(token: OwnerToken): boolean {
  const me = currentOwner()
  return me.bootId !== '0' && token.bootId !== '0' && token.bootId !== me.bootId
}

/** The token as text without slashes or blanks, for {@link parseOwner}. */
export function formatOwner(token: OwnerToken): string {
  return `${token.threadId}.${token.startTime}.${token.bootId}.${token.pidNamespace}`
}

/** The token in a text of {@link formatOwner}; undefined when it is not one. */
export function parseOwner(text: string): OwnerToken | undefined {
  const match = /^(\d{1,10})\.(\d{1,20})\.([0-9a-f-]{1,36})\.(\d{1,20})$/.exec(text)
  if (match === null) return undefined
  const [, threadId, startTime, bootId, pidNamespace] = match as unknown as [string, string, string, string, string]
  return { threadId: Number(threadId), startTime, bootId, pidNamespace }
}
