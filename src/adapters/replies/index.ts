export type { ArrivedMail } from './arrived-mail.ts';
export { type ImapMailboxOptions, readMailbox } from './imap/read-mailbox.ts';
export { isPostGenuine, type PostedMail, readPostedMail } from './webhook/read-posted-mail.ts';
