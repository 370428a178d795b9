/** Two passages of Lewis Carroll's that Boost.MultiIndex's examples work on, and what they cut them into. */

/** From "Alice's Adventures in Wonderland". */
export const RIVER_BANK =
  'Alice was beginning to get very tired of sitting by her sister on the bank, and of having nothing to ' +
  'do: once or twice she had peeped into the book her sister was reading, but it had no pictures or ' +
  "conversations in it, 'and what is the use of a book,' thought Alice 'without pictures or " +
  "conversation?'"

/** From "Through the Looking-Glass". */
export const LOOKING_GLASS =
  "'Oh, you wicked little thing!' cried Alice, catching up the kitten, and giving it a little kiss to " +
  "make it understand that it was in disgrace. 'Really, Dinah ought to have taught you better manners! " +
  "You ought, Dinah, you know you ought!' she added, looking reproachfully at the old cat, and speaking " +
  'in as cross a voice as she could manage -- and then she scrambled back into the armchair, taking the ' +
  "kitten and the worsted with her, and began winding up the ball again. But she didn't get on very " +
  'fast, as she was talking all the time, sometimes to the kitten, and sometimes to herself. Kitty sat ' +
  'very demurely on her knee, pretending to watch the progress of the winding, and now and then putting ' +
  'out one paw and gently touching the ball, as if it would be glad to help, if it might.'

/** The words of a text; what stands between them is left out. */
export function wordsOf(text: string): string[] {
  return text.split(/[ \t\n.,;:!?'"-]+/).filter((word) => word !== '')
}
