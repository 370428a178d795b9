// Opens a segment and says how that ended.
import { Segment } from 'hotseg'

try {
  Segment.open(process.argv[2]).close()
  process.send({ code: 'opened' })
} catch (error) {
  process.send({ code: error.code, message: error.message })
}
process.disconnect()
