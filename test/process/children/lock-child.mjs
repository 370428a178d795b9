// Takes the publisher's lock again and again until it is killed. While it holds it, the file `inside` names it: finding that of
// a living process means that two are inside.
import * as fs from 'node:fs'
import { join } from 'node:path'

const [directory, dist] = process.argv.slice(2)
const { PublisherLock } = await import(join(dist, 'store/publishing/publisher-lock.js'))
const { currentOwner, formatOwner, isProvenDead, parseOwner } = await import(join(dist, 'platform/identity.js'))

process.on('disconnect', () => process.exit())
const inside = join(directory, 'inside')
const me = formatOwner(currentOwner())
let count = 0
process.send({ ready: true })
for (;;) {
  const lock = await PublisherLock.acquire(directory, { timeoutMs: 60_000 })
  if (fs.existsSync(inside)) {
    const other = fs.readFileSync(inside, 'utf8')
    const owner = parseOwner(other)
    // Killed between making the file and writing it: empty.
    if (other !== '' && !isProvenDead(owner)) {
      process.send({ broken: `${me} found ${other} inside` })
    }
  }
  fs.writeFileSync(inside, me)
  if (count % 7 === 0) lock.clearAttempts()
  if (count % 3 === 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * 3))
  if (!lock.isHeld()) process.send({ broken: `${me} lost the lock` })
  if (fs.readFileSync(inside, 'utf8') !== me) process.send({ broken: `${me} was not alone` })
  fs.unlinkSync(inside)
  lock.release()
  count++
  process.send({ count })
}
