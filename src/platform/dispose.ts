/// <reference lib="esnext.disposable" preserve="true" />

/**
 * `Symbol.dispose`, under which `using` looks for the method that closes. Where there is no such symbol, as in browsers
 * without `using`, one that nothing looks for: a method named by `undefined` would be called "undefined".
 */
export const dispose: typeof Symbol.dispose =
  (Symbol as { dispose?: typeof Symbol.dispose }).dispose ?? (Symbol.for('Symbol.dispose') as typeof Symbol.dispose)
