import { isEmail } from 'class-validator';

/**
 * Whether a text is the address of one mailbox and nothing else: no name in front, no list, no quotes, no line break,
 * none of the characters by which programs find more than one address in a text.
 */
export const isMailbox = (text: string): boolean =>
  // Quoted names are mail addresses, too, and may hold a second one.
  !text.includes('"') &&
  isEmail(text, {
    allow_utf8_local_part: false,
    require_tld: false,
    blacklisted_chars: '(),:;<>[]\\',
  });
