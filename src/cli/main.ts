#!/usr/bin/env node
import { run } from './program.js'

// Who reads the answer may have seen enough, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = await run(process.argv.slice(2), {
  out: (text) => {
    process.stdout.write(`${text}\n`)
  },
  err: (text) => {
    process.stderr.write(text)
  },
  terminal: process.stderr.isTTY ? process.stderr : undefined,
})
