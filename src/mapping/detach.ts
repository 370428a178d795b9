import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

type Transfer = (this: ArrayBuffer, newByteLength: number) => ArrayBuffer

let transfer: Transfer | undefined
let settled = false

// Node 20 has the method behind a flag, and only realms made after the flag is set carry it. structuredClone with a
// transfer list is no substitute: for memory of an addon it copies silently there.
function findTransfer(): Transfer {
  const builtIn = (ArrayBuffer.prototype as { transfer?: Transfer }).transfer
  if (builtIn !== undefined) return builtIn
  setFlagsFromString('--harmony-rab-gsab-transfer')
  try {
    return runInNewContext('ArrayBuffer.prototype.transfer') as Transfer
  } finally {
    setFlagsFromString('--no-harmony-rab-gsab-transfer')
  }
}

/**
 * Takes the memory away from `buffer` and all views of it: their length is 0 from now on. A mapping behind it is
 * unmapped on the next turn of the event loop, not at some garbage collection.
 */
export function detach(buffer: ArrayBuffer): void {
  transfer ??= findTransfer()
  transfer.call(buffer, 0)
}

/**
 * Detaches one throwaway buffer, once a thread. The first detach makes V8 throw away the compiled code of every hot
 * function over typed arrays (measured: 253 functions, 240 ms of slow rounds); later ones cost nothing. So it is paid
 * when the first segment is opened, and not in the middle of the first swap.
 */
export function settleDetach(): void {
  if (settled) return
  settled = true
  detach(new ArrayBuffer(8))
}
