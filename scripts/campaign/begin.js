/** In a child of a campaign: the options it is to begin with. It ends when its parent does. */
export function begin() {
  process.on('disconnect', () => process.exit())
  return new Promise((resolve) => {
    process.on('message', ({ type, options }) => {
      if (type === 'begin') resolve(options)
    })
  })
}
