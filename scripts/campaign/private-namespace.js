// A campaign runs in namespaces of its own where that is permitted: all of its processes end with it, also when it is killed itself,
// and /dev/shm is its own, so that whatever is left there at the end was left by it.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const UNSHARE = ['--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
const MOUNT = 'mount -t tmpfs -o size=1g,mode=1777 hotseg-campaign /dev/shm'
const MARK = 'HOTSEG_CAMPAIGN_IS_PRIVATE'

/** Whether this process has namespaces of its own. */
export const isPrivate = process.env[MARK] === '1'

/** Runs this script again in namespaces of its own and gives its status; undefined where that is not permitted, or done. */
export async function runPrivately() {
  if (isPrivate || spawnSync('unshare', [...UNSHARE, 'sh', '-c', MOUNT], { stdio: 'ignore' }).status !== 0)
    return undefined
  const script = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  const child = spawn('unshare', [...UNSHARE, 'sh', '-c', `${MOUNT} && exec "$@"`, 'sh', ...script], {
    stdio: 'inherit',
    env: { ...process.env, [MARK]: '1' },
  })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill('SIGKILL'))
  return await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)))
}

/** A directory in memory. Other tests may be told where to put theirs; what was there before cannot be seen from namespaces of its own. */
export function makeStoreDirectory() {
  const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  const root = isPrivate ? memory : (process.env.HOTSEG_TEST_MEMORY ?? memory)
  return mkdtempSync(join(root, 'hotseg-campaign-'))
}
