/** Why the system refused, by its error code; `ENOLOGS` is our own. */
export const systemReasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOLOGS: 'the folder holds no file that is called as logs are (*.log, *.txt, *.json, *.ndjson, *.gz …)',
  EACCES: 'you may not read it',
  EPERM: 'the system does not permit it',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is no folder',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many files are open',
  EIO: 'the disk could not be read',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  ECONNRESET: 'the connection was broken off',
  ETIMEDOUT: 'no answer came in time',
};
