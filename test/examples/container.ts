/** Containers without a container engine: namespaces and mounts of the test's own. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import * as fs from 'node:fs'
import { waitUntil } from '../process/harness.js'

/** What a container sees: /dev/shm is its own and has 64 MB, as Docker makes it, and nothing else can be written. */
const SET_UP = `
set -e
mount -t tmpfs -o size=64m,mode=1777 hotseg-test /dev/shm
mkdir /dev/shm/volume
for place in $(awk '{ print $5 }' /proc/self/mountinfo); do
  case $place in
    /dev/shm | /proc* | /sys*) ;;
    *) mount -o remount,bind,ro "$place" 2>/dev/null || true ;;
  esac
done
if touch "$1/probe" /probe 2>/dev/null; then echo writable; exit 1; fi
echo ready
`

/** Where containers share a volume. */
export const VOLUME = '/dev/shm/volume'

/** Whether namespaces and mounts are permitted here. */
export function canMakeContainers(): boolean {
  const args = ['--mount', '--pid', '--fork', '--mount-proc', 'mount', '-t', 'tmpfs', 'hotseg-test', '/dev/shm']
  return spawnSync('unshare', args, { stdio: 'ignore' }).status === 0
}

/** A host of containers: one mount namespace, in which each container has its own pid namespace. */
export class ContainerHost {
  readonly #holder: ChildProcess

  private constructor(holder: ChildProcess) {
    this.#holder = holder
  }

  /** @param directory - a directory that must not be writable inside */
  static async start(directory: string): Promise<ContainerHost> {
    // It ends with this process: then nobody writes to its input any more.
    const script = `${SET_UP}\nread -r end || true`
    const holder = spawn('unshare', ['--mount', 'sh', '-c', script, 'sh', directory], {
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [holder.stdout, holder.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    await waitUntil(() => output.includes('ready') || holder.exitCode !== null)
    if (!output.includes('ready')) throw new Error(`no container: ${output}`)
    return new ContainerHost(holder)
  }

  /** The command that runs a program in a container of its own; `mount` says how it sees the volume. */
  command(mount: 'rw' | 'ro'): string[] {
    const script =
      mount === 'rw'
        ? 'exec "$@"'
        : `mount --bind ${VOLUME} ${VOLUME} && mount -o remount,bind,ro ${VOLUME} && exec "$@"`
    return [
      ...['nsenter', '--target', String(this.#holder.pid), '--mount'],
      ...['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'],
      ...['sh', '-c', script, 'sh', process.execPath],
    ]
  }

  /** A path of the containers, as this process sees it. */
  path(path: string): string {
    return `/proc/${this.#holder.pid ?? 0}/root${path}`
  }

  /** Lets all of it go. */
  async end(): Promise<void> {
    this.#holder.stdin?.end()
    await waitUntil(() => this.#holder.exitCode !== null || this.#holder.signalCode !== null)
  }
}

/** The program that was started by a command of the host, as the kernel of the host numbers it. */
export function programOf(child: ChildProcess): number {
  const pid = child.pid ?? 0
  const inner = execFileSync('cat', [`/proc/${pid}/task/${pid}/children`], { encoding: 'utf8' }).trim()
  return Number(inner)
}

/** Whether a process sees what is at `path` as something it cannot write. */
export function isReadOnly(pid: number, path: string): boolean {
  const lines = fs.readFileSync(`/proc/${pid}/mountinfo`, 'utf8').split('\n')
  const fields = lines.map((line) => line.split(' ')).findLast((found) => found[4] === path)
  return fields?.[5]?.split(',').includes('ro') === true
}
