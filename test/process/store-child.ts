import { Child } from './harness.js'

/** A process with a store of `{ words: hashMap(string, u32), edition: u32 }`, or with `schema: 'edition'` of the last alone. */
export class StoreChild extends Child {
  /** Starts a process and opens the store in it. */
  static async open(
    directory: string,
    options: Record<string, unknown> = {},
    uid?: number,
    wrapper?: readonly string[],
  ): Promise<StoreChild> {
    const child = new StoreChild('store-child.mjs', [], uid, wrapper)
    await child.next()
    await child.do('open', { directory, ...options })
    return child
  }

  /** Runs one of the commands of the child and gives its result; a failure is thrown with its code. */
  async do(command: string, request: Record<string, unknown> = {}): Promise<any> {
    const { result, error } = await this.ask({ command, ...request })
    if (error !== undefined) throw Object.assign(new Error(error.stack), { code: error.code })
    return result
  }
}
