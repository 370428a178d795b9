/** 16 bytes from the system's generator of unpredictable numbers. */
export function randomBytes16(): Uint8Array {
  return globalThis.crypto.getRandomValues(new Uint8Array(16))
}

/** 32 hexadecimal digits nobody can predict; part of a file's name until the file is complete. */
export function randomHex16(): string {
  return Array.from(randomBytes16(), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
